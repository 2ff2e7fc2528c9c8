SELECT
    session.session_key,
    vital.* EXCLUDE (clinic_id, batch_id, revision, session_id)
FROM staged.clinic_vital AS vital
INNER JOIN clinic.core.clinic_session AS session
    ON
        vital.session_id = session.session_id
        AND vital.clinic_id = session.clinic_id
        AND vital.batch_id = session.batch_id
ORDER BY session.session_key, vital.minute_offset
