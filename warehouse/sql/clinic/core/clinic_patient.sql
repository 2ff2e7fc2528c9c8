WITH seen AS (
    SELECT
        clinic_id,
        batch_id,
        patient_id,
        min(session_number) AS first_number,
        count(*) AS session_count
    FROM staged.clinic_session
    GROUP BY clinic_id, batch_id, patient_id
),

described AS (
    SELECT
        patient.*,
        seen.first_number,
        sum(seen.session_count) OVER (PARTITION BY patient.clinic_id, patient.patient_id) AS session_count
    FROM staged.clinic_patient AS patient
    INNER JOIN seen
        ON
            patient.clinic_id = seen.clinic_id
            AND patient.batch_id = seen.batch_id
            AND patient.patient_id = seen.patient_id
    QUALIFY row_number() OVER (
        PARTITION BY patient.clinic_id, patient.patient_id ORDER BY seen.first_number, patient.batch_id
    ) = 1
)

SELECT
    row_number() OVER (ORDER BY clinic_id, patient_id) AS patient_key,
    clinic_id,
    patient_id,
    age_years,
    sex,
    indication,
    prior_treatment_failures,
    CASE
        WHEN age_years IS NULL THEN 'unknown'
        WHEN age_years < 18 THEN 'under_18'
        WHEN age_years < 45 THEN '18_44'
        WHEN age_years < 65 THEN '45_64'
        WHEN age_years < 75 THEN '65_74'
        ELSE '75_and_over'
    END AS age_group,
    session_count
FROM described
ORDER BY patient_key
