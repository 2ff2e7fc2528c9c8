SELECT
    told.drug,
    coalesce(named.exposure_name, 'All drugs together') AS drug_name,
    told.side_effect,
    effect.side_effect_name,
    told.* EXCLUDE (drug, side_effect)
FROM mart.clinic_course AS told
LEFT JOIN core.exposure AS named
    ON told.drug = named.exposure
INNER JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
