-- Distinct drugs of the quarter's reports; a few have several rows (dosage lines of direct reports).
CREATE TEMP TABLE drug_key AS
SELECT
    report_id,
    drug_sequence,
    count(*) AS row_count
FROM report_drug
GROUP BY
    report_id,
    drug_sequence;
