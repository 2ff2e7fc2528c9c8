WITH ordered AS (
    SELECT
        *,
        lag(session_number) OVER patient_order AS number_before,
        lag(day_offset) OVER patient_order AS day_before
    FROM session
    WINDOW patient_order AS (PARTITION BY patient_id ORDER BY session_number, day_offset)
)

SELECT
    count(*) FILTER (WHERE o.patient_id NOT IN (
        SELECT p.patient_id FROM patient AS p
        WHERE p.patient_id IS NOT NULL
    ))
        AS without_patient,
    count(*) FILTER (WHERE o.session_number = o.number_before AND o.patient_id IS NOT NULL) AS repeated_number,
    count(*) FILTER (WHERE o.day_offset < o.day_before AND o.patient_id IS NOT NULL) AS falling_day,
    count(*) FILTER (WHERE o.session_number = 1 AND o.day_offset <> 0) AS first_not_on_day_zero,
    count(*) FILTER (WHERE o.dose_mg < l.minimum OR o.dose_mg > l.maximum) AS dose_not_of_route,
    count(*) FILTER (WHERE o.infusion_minutes IS NOT NULL AND o.route NOT IN ('intravenous', 'other'))
        AS infusion_of_other_route,
    count(*) FILTER (WHERE o.discharge_minutes < o.infusion_minutes) AS discharge_before_infusion_end,
    count(*) FILTER (WHERE o.discharge_minutes < o.monitored_minutes) AS discharge_before_monitoring_end,
    count(*) FILTER (WHERE o.dose_mg / o.dose_mg_per_kg NOT BETWEEN 20 AND 400) AS implied_weight,
    count(*) FILTER (WHERE o.session_id IN (SELECT e.session_id FROM elsewhere AS e)) AS in_other_batch
FROM ordered AS o
LEFT JOIN dose_limit AS l ON o.route = l.route
