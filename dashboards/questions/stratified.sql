SELECT
    exposure, comparator, definition, side_effect, stratified_by, a, stratum_count, crude_ror,
    ror, ror_lower_95, ror_upper_95, undefined_reason, breslow_day_tarone, degrees_of_freedom,
    heterogeneity_p_value, is_heterogeneous
FROM mart.side_effect_stratified
INNER JOIN core.exposure USING (exposure)
WHERE is_studied
ORDER BY exposure, comparator, definition, side_effect, stratified_by
