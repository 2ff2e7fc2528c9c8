SELECT
    told.drug,
    coalesce(named.exposure_name, 'All drugs together') AS drug_name,
    told.side_effect,
    effect.side_effect_name,
    told.measure,
    way.name AS measure_name,
    told.* EXCLUDE (drug, side_effect, measure, dimension, stratum)
FROM mart.clinic_incidence AS told
LEFT JOIN core.exposure AS named
    ON told.drug = named.exposure
INNER JOIN core.side_effect AS effect
    ON told.side_effect = effect.side_effect
LEFT JOIN core.clinic_measure AS way
    ON told.measure = way.measure
WHERE told.dimension = 'all'
