SELECT
    drug, dimension, stratum, reference_stratum, side_effect, measure,
    event_session_count, session_count, reference_event_session_count, reference_session_count,
    risk_difference, risk_difference_lower_95, risk_difference_upper_95,
    risk_ratio, risk_ratio_lower_95, risk_ratio_upper_95, undefined_reason, is_suppressed
FROM mart.clinic_comparison
WHERE measure = 'reported'
ORDER BY drug, dimension, reference_stratum, stratum, side_effect
