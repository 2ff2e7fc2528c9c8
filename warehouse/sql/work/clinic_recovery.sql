-- Within 10 %, in whole numbers: 10 times the reading is at most 11 times the baseline.
SELECT
    vital.session_key,
    min(vital.minute_offset) AS systolic_recovery_minute
FROM clinic.core.clinic_vital AS vital
INNER JOIN work.clinic_reading AS reading ON vital.session_key = reading.session_key
WHERE
    10 * reading.peak_systolic_mmhg > 11 * reading.baseline_systolic_mmhg
    AND vital.minute_offset > reading.peak_systolic_minute
    AND 10 * vital.systolic_mmhg <= 11 * reading.baseline_systolic_mmhg
GROUP BY vital.session_key
