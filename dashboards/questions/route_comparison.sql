SELECT
    exposure, definition, role_scope, route_group, side_effect,
    a, b, c, d, a + b AS exposed_count, c + d AS compared_count, ror, ror_lower_95, ror_upper_95, ic, ic_lower_95, ic_upper_95,
    is_zero_cell_corrected, undefined_reason, meets_evans, meets_ror, meets_ic, meets_ema
FROM mart.side_effect_comparison
INNER JOIN core.exposure USING (exposure)
WHERE is_studied AND context = 'all' AND comparator = 'rest'
ORDER BY exposure, definition, role_scope, route_group, side_effect
