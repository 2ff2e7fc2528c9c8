SELECT
    exposure, definition, role_scope, side_effect, quarter,
    a, b, c, d, a + b AS exposed_count, c + d AS compared_count, ror, ror_lower_95, ror_upper_95, ic, ic_lower_95, ic_upper_95,
    is_zero_cell_corrected, undefined_reason, meets_evans, meets_ror, meets_ic, meets_ema
FROM mart.signal_trend
ORDER BY exposure, definition, role_scope, side_effect, quarter
