SELECT
    drug, side_effect, event_count, mild_count, moderate_count, severe_count,
    mild_share, mild_share_lower_95, mild_share_upper_95, serious_count,
    onset_known_count, onset_q1_minutes, onset_median_minutes, onset_q3_minutes,
    duration_known_count, duration_q1_minutes, duration_median_minutes, duration_q3_minutes,
    discharge_known_count, resolved_before_discharge_count, resolved_before_discharge_share,
    resolved_before_discharge_share_lower_95, resolved_before_discharge_share_upper_95,
    stopped_count, is_suppressed
FROM mart.clinic_course
ORDER BY drug, side_effect
