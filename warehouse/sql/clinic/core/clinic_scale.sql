SELECT
    session.session_key,
    scale.* EXCLUDE (clinic_id, batch_id, revision, session_id)
FROM staged.clinic_scale AS scale
INNER JOIN clinic.core.clinic_session AS session
    ON
        scale.session_id = session.session_id
        AND scale.clinic_id = session.clinic_id
        AND scale.batch_id = session.batch_id
ORDER BY session.session_key, scale.source_line
