SELECT
    row_number() OVER (ORDER BY session.clinic_id, session.batch_id, session.source_line) AS session_key,
    patient.patient_key,
    session.* EXCLUDE (patient_id, revision),
    CASE
        WHEN band.dose_band IS NOT NULL THEN band.dose_band
        WHEN session.route IN (SELECT known.route FROM work.clinic_dose_band AS known)
            THEN session.route || '_unknown'
        ELSE session.route
    END AS dose_band,
    CASE
        WHEN session.session_number = 1 THEN 'first'
        WHEN session.session_number <= 6 THEN '2_to_6'
        ELSE '7_and_later'
    END AS session_band
FROM staged.clinic_session AS session
INNER JOIN clinic.core.clinic_patient AS patient
    ON session.clinic_id = patient.clinic_id AND session.patient_id = patient.patient_id
LEFT JOIN work.clinic_dose_band AS band
    ON
        session.route = band.route
        AND CASE band.unit WHEN 'mg' THEN session.dose_mg ELSE session.dose_mg_per_kg END >= band.lowest
        AND CASE band.unit WHEN 'mg' THEN session.dose_mg ELSE session.dose_mg_per_kg END < band.below
ORDER BY session_key
