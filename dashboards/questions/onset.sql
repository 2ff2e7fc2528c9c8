SELECT
    exposure, definition, role_scope, side_effect,
    case_count, with_dates_count, partial_count, negative_count, missing_count, day_0_count,
    onset_q1_days, onset_median_days, onset_q3_days,
    weibull_shape, weibull_shape_lower_95, weibull_shape_upper_95, weibull_scale_days, weibull_undefined_reason
FROM mart.time_to_onset
ORDER BY exposure, definition, role_scope, side_effect
