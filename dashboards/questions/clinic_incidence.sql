SELECT
    drug, dimension, stratum, side_effect, measure, denominator,
    event_count, total_count, unassessed_session_count,
    incidence, incidence_lower_95, incidence_upper_95, is_suppressed
FROM (
    SELECT
        drug, dimension, stratum, side_effect, measure, 'session' AS denominator,
        event_session_count AS event_count, session_count AS total_count, unassessed_session_count,
        session_incidence AS incidence, session_incidence_lower_95 AS incidence_lower_95,
        session_incidence_upper_95 AS incidence_upper_95, is_suppressed
    FROM mart.clinic_incidence
    UNION ALL
    SELECT
        drug, dimension, stratum, side_effect, measure, 'patient' AS denominator,
        event_patient_count AS event_count, patient_count AS total_count, unassessed_session_count,
        patient_incidence AS incidence, patient_incidence_lower_95 AS incidence_lower_95,
        patient_incidence_upper_95 AS incidence_upper_95, is_suppressed
    FROM mart.clinic_incidence
)
ORDER BY drug, dimension, measure, side_effect, stratum, denominator DESC
