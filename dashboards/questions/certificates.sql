SELECT
    certificate.quarter, certificate.status, warning_count, file_name, source_file.sha256, size_bytes,
    checked_count, warned_count
FROM meta.certificate AS certificate
INNER JOIN meta.source_file AS source_file
    ON certificate.quarter = source_file.quarter AND source_file.is_in_build
LEFT JOIN (
    SELECT quarter, count(*) AS checked_count, count(*) FILTER (WHERE NOT is_success) AS warned_count
    FROM meta.expectation_result
    GROUP BY quarter
) AS result ON certificate.quarter = result.quarter
ORDER BY certificate.quarter
