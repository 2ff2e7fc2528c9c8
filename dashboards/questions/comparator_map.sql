SELECT
    exposure, definition, role_scope, comparator, side_effect,
    a, c, ror, ror_lower_95, ror_upper_95, is_zero_cell_corrected, meets_ror
FROM mart.side_effect_comparison
INNER JOIN core.exposure USING (exposure)
WHERE is_studied AND context = 'all' AND route_group = 'all'
ORDER BY exposure, definition, role_scope, comparator, side_effect
