-- Drug rows by quarter and name; a row without any name has no number.
SELECT
    reported.quarter,
    drug_name.drug_name_id,
    reported.drug_row_count
FROM work.reported_name AS reported
LEFT JOIN core.drug_name AS drug_name
    ON
        reported.reported_drug_name IS NOT DISTINCT FROM drug_name.reported_drug_name
        AND reported.active_ingredient IS NOT DISTINCT FROM drug_name.active_ingredient
