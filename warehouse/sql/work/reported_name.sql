-- Names of the drug rows of all sightings by quarter, with how many rows give them; both are null where none is given.
SELECT
    quarter,
    reported_drug_name,
    active_ingredient,
    count(*) AS drug_row_count
FROM staged.report_drug
GROUP BY quarter, reported_drug_name, active_ingredient
