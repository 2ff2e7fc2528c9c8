SELECT
    told.drug,
    coalesce(named.exposure_name, 'All drugs together') AS drug_name,
    told.* EXCLUDE (drug, route)
FROM mart.clinic_blood_pressure AS told
LEFT JOIN core.exposure AS named
    ON told.drug = named.exposure
WHERE told.route = 'all'
