-- Compared cases by country; NULL is a country too, so that all of them add up to all compared cases.
SELECT
    country,
    count(*) AS cases
FROM work.linkage_told
GROUP BY country
