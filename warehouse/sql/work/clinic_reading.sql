SELECT
    session_key,
    -- The last reading before dosing that has the value; minute 0 is when dosing starts, and not before it.
    arg_max(systolic_mmhg, minute_offset) FILTER (WHERE minute_offset < 0) AS baseline_systolic_mmhg,
    arg_max(diastolic_mmhg, minute_offset) FILTER (WHERE minute_offset < 0) AS baseline_diastolic_mmhg,
    arg_max(heart_rate_bpm, minute_offset) FILTER (WHERE minute_offset < 0) AS baseline_heart_rate_bpm,
    arg_max(spo2_percent, minute_offset) FILTER (WHERE minute_offset < 0) AS baseline_spo2_percent,
    max(systolic_mmhg) FILTER (WHERE minute_offset >= 0) AS peak_systolic_mmhg,
    -- Of several minutes with the highest value the first: minutes stay below 2,048.
    arg_max(minute_offset, systolic_mmhg::INTEGER * 2048 - minute_offset) FILTER (WHERE minute_offset >= 0)
        AS peak_systolic_minute,
    max(diastolic_mmhg) FILTER (WHERE minute_offset >= 0) AS peak_diastolic_mmhg,
    arg_max(minute_offset, diastolic_mmhg::INTEGER * 2048 - minute_offset) FILTER (WHERE minute_offset >= 0)
        AS peak_diastolic_minute,
    max(heart_rate_bpm) FILTER (WHERE minute_offset >= 0) AS peak_heart_rate_bpm,
    arg_max(minute_offset, heart_rate_bpm::INTEGER * 2048 - minute_offset) FILTER (WHERE minute_offset >= 0)
        AS peak_heart_rate_minute,
    min(spo2_percent) FILTER (WHERE minute_offset >= 0) AS lowest_spo2_percent
FROM clinic.core.clinic_vital
GROUP BY session_key
