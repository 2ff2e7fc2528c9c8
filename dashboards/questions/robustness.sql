SELECT
    exposure, comparator, side_effect, variant_count,
    evans_variant_count, ror_variant_count, ic_variant_count, ema_variant_count,
    ror_variant_count / variant_count AS ror_variant_share,
    least_a, most_a, least_ror, median_ror, most_ror, least_ic, median_ic, most_ic,
    most_moving_choice, most_moving_choice_ic_range
FROM mart.side_effect_robustness
INNER JOIN core.exposure USING (exposure)
WHERE is_studied
ORDER BY exposure, comparator, side_effect
