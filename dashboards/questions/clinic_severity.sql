SELECT drug, side_effect, severity, events, event_count, is_suppressed
FROM (
    SELECT
        drug, side_effect, event_count, is_suppressed,
        unnest(['mild', 'moderate', 'severe']) AS severity,
        unnest([mild_count, moderate_count, severe_count]) AS events
    FROM mart.clinic_course
)
ORDER BY drug, side_effect, severity
