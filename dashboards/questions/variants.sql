SELECT
    exposure, comparator, side_effect,
    definition, role_scope, duplicates, literature, reporters, seriousness, esketamine_cases,
    a, b, c, d, a + b AS exposed_count, c + d AS compared_count, ror, ror_lower_95, ror_upper_95, is_zero_cell_corrected, meets_ror
FROM mart.side_effect_sensitivity
INNER JOIN core.exposure USING (exposure)
WHERE is_studied AND comparator IN ('rest', 'ssri')
ORDER BY
    exposure, comparator, side_effect, role_scope, esketamine_cases, duplicates, literature, reporters, seriousness,
    definition
