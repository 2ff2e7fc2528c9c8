-- Distinct names of the drug rows of all sightings, numbered in the order of their text.
WITH pair AS (
    SELECT DISTINCT
        reported_drug_name,
        active_ingredient
    FROM work.reported_name
    WHERE reported_drug_name IS NOT NULL OR active_ingredient IS NOT NULL
)

SELECT
    row_number() OVER (
        ORDER BY reported_drug_name NULLS FIRST, active_ingredient NULLS FIRST
    ) AS drug_name_id,
    reported_drug_name,
    active_ingredient
FROM pair
