-- Distinct names of the drug rows of all sightings, numbered by the quarter in which they came up, then in the order of
-- their text: a quarter more gives no name another number. A million numbers are kept for each quarter since 2004.
WITH pair AS (
    SELECT
        reported_drug_name,
        active_ingredient,
        min(quarter) AS quarter
    FROM work.reported_name
    WHERE reported_drug_name IS NOT NULL OR active_ingredient IS NOT NULL
    GROUP BY reported_drug_name, active_ingredient
)

SELECT
    1000000 * (4 * (left(quarter, 4)::BIGINT - 2004) + right(quarter, 1)::BIGINT - 1)
    + row_number() OVER (
        PARTITION BY quarter
        ORDER BY reported_drug_name NULLS FIRST, active_ingredient NULLS FIRST
    ) AS drug_name_id,
    reported_drug_name,
    active_ingredient
FROM pair
