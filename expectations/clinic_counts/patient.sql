SELECT
    count(*) FILTER (WHERE patient_id NOT IN (
        SELECT s.patient_id FROM session AS s
        WHERE s.patient_id IS NOT NULL
    ))
        AS without_session
FROM patient
