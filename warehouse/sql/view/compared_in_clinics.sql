SELECT
    told.*,
    coalesce(named.exposure_name, 'All drugs together') AS drug_name,
    effect.side_effect_name,
    way.name AS measure_name
FROM mart.clinic_comparison AS told
LEFT JOIN core.exposure AS named
    ON told.drug = named.exposure
INNER JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
LEFT JOIN core.clinic_measure AS way
    ON told.measure = way.measure
