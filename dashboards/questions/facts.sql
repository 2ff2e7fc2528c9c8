SELECT
    (SELECT count(*) FROM core.report) AS case_count,
    (SELECT sum(lines_read)::BIGINT FROM meta.line_account) AS line_count,
    (SELECT sum(lines_rejected)::BIGINT FROM meta.line_account) AS rejected_count,
    (SELECT max(session_count) FROM mart.clinic_incidence WHERE drug = 'all' AND dimension = 'all') AS session_count,
    (SELECT max(patient_count) FROM mart.clinic_incidence WHERE drug = 'all' AND dimension = 'all') AS patient_count
