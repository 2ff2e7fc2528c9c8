SELECT
    count(*) FILTER (WHERE session_id NOT IN (
        SELECT s.session_id FROM session AS s
        WHERE s.session_id IS NOT NULL
    ))
        AS without_session,
    count(*) FILTER (WHERE coalesce(systolic_mmhg, diastolic_mmhg, heart_rate_bpm, spo2_percent) IS NULL)
        AS empty_reading,
    count(*) FILTER (WHERE (systolic_mmhg IS NULL) <> (diastolic_mmhg IS NULL)) AS half_pressure,
    count(*) FILTER (WHERE systolic_mmhg <= diastolic_mmhg) AS systolic_not_above_diastolic
FROM vital
