-- Therapy or indication rows whose drug is not among the drugs of their report.
SELECT
    count(*) AS row_count,
    count(*) FILTER (WHERE drug_key.report_id IS NULL) AS rows_without_drug
FROM query_table(getvariable('child')) AS child
LEFT JOIN drug_key
    ON
        child.report_id = drug_key.report_id
        AND child.drug_sequence = drug_key.drug_sequence;
