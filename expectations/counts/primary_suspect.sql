-- Reports with drugs, and those among them with exactly one primary suspect. One suspect may have several rows (dosage
-- lines of direct reports since 2021q4), which then carry the same drug_sequence.
SELECT
    count(*) AS reports_with_drugs,
    count(*) FILTER (WHERE suspect_rows = 1 OR lowest_sequence = highest_sequence) AS reports_with_one,
    count(*) FILTER (WHERE suspect_rows = 0) AS reports_with_none
FROM (
    SELECT
        count(*) FILTER (WHERE role = 'PS') AS suspect_rows,
        min(drug_sequence) FILTER (WHERE role = 'PS') AS lowest_sequence,
        max(drug_sequence) FILTER (WHERE role = 'PS') AS highest_sequence
    FROM report_drug
    GROUP BY report_id
) AS by_report;
