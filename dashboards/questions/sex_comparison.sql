SELECT
    exposure, definition, side_effect, a, b, c, d, a + b AS exposed_count, c + d AS compared_count,
    ror, ror_lower_95, ror_upper_95, prr, prr_lower_95, prr_upper_95, ic, ic_lower_95, ic_upper_95,
    is_zero_cell_corrected, undefined_reason, meets_ror, meets_ic
FROM mart.sex_comparison
INNER JOIN core.exposure USING (exposure)
WHERE is_studied
ORDER BY exposure, definition, side_effect
