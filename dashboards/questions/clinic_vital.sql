SELECT
    drug, route, vital, moment, reading_count, patient_count, mean_level, sd_level, change_count,
    mean_change, mean_change_lower_95, mean_change_upper_95, sd_change, median_minutes_to_peak,
    recovered_session_count, not_seen_session_count, median_minutes_to_recovery, is_suppressed
FROM mart.clinic_blood_pressure
ORDER BY drug, route, vital, moment
