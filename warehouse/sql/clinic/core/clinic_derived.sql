WITH score AS (
    SELECT
        session_key,
        arg_max(score, minute_offset) FILTER (WHERE scale = 'CADSS' AND minute_offset < 0) AS baseline_cadss,
        max(score) FILTER (WHERE scale = 'CADSS' AND minute_offset >= 0) AS highest_cadss,
        min(score) FILTER (WHERE scale = 'MOAA/S' AND minute_offset >= 0) AS lowest_moaas
    FROM clinic.core.clinic_scale
    GROUP BY session_key
),

told AS (
    SELECT
        session.session_key,
        reading.* EXCLUDE (session_key),
        score.* EXCLUDE (session_key),
        reading.peak_systolic_mmhg - reading.baseline_systolic_mmhg AS systolic_rise_mmhg,
        reading.peak_diastolic_mmhg - reading.baseline_diastolic_mmhg AS diastolic_rise_mmhg,
        reading.peak_heart_rate_bpm - reading.baseline_heart_rate_bpm AS heart_rate_rise_bpm,
        recovery.systolic_recovery_minute
    FROM clinic.core.clinic_session AS session
    LEFT JOIN work.clinic_reading AS reading ON session.session_key = reading.session_key
    LEFT JOIN work.clinic_recovery AS recovery ON session.session_key = recovery.session_key
    LEFT JOIN score ON session.session_key = score.session_key
)

SELECT
    *,
    CASE
        WHEN systolic_rise_mmhg IS NULL THEN NULL
        WHEN 10 * peak_systolic_mmhg <= 11 * baseline_systolic_mmhg THEN 'not_left'
        WHEN systolic_recovery_minute IS NOT NULL THEN 'recovered'
        ELSE 'not_seen'
    END AS systolic_recovery,
    CASE WHEN baseline_cadss IS NOT NULL THEN highest_cadss > 4 AND highest_cadss > baseline_cadss END AS cadss_above_4,
    lowest_moaas < 5 AS moaas_below_5,
    systolic_rise_mmhg >= 20 AS systolic_rise_20,
    systolic_rise_mmhg >= 40 AS systolic_rise_40,
    diastolic_rise_mmhg >= 25 AS diastolic_rise_25,
    peak_systolic_mmhg >= 180 AS systolic_180,
    peak_diastolic_mmhg >= 110 AS diastolic_110,
    peak_systolic_mmhg >= 165 OR peak_diastolic_mmhg >= 100 AS pressure_165_100,
    -- The highest rate decides for all readings: both bounds are lower bounds of one number.
    -- Null without baseline, though a rate below 100 alone would rule it out: what can be told must not depend on
    -- what happened.
    CASE WHEN heart_rate_rise_bpm IS NOT NULL THEN peak_heart_rate_bpm >= 100 AND heart_rate_rise_bpm >= 20 END
        AS tachycardia
FROM told
