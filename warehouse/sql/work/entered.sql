-- Cases of the universe by the quarter in which they enter.
SELECT
    quarter,
    count(*) AS cases
FROM work.case_entry
GROUP BY quarter
