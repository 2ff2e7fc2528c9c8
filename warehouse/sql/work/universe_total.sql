-- How many cases the universe holds.
SELECT count(*) AS cases
FROM work.universe
