SELECT
    session.session_key,
    event.* EXCLUDE (clinic_id, batch_id, revision, session_id)
FROM staged.clinic_event AS event
INNER JOIN clinic.core.clinic_session AS session
    ON
        event.session_id = session.session_id
        AND event.clinic_id = session.clinic_id
        AND event.batch_id = session.batch_id
ORDER BY session.session_key, event.source_line
