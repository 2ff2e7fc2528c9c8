-- Distinct published terms of the reactions of each quarter.
SELECT DISTINCT
    quarter,
    reported_term
FROM staged.report_reaction
WHERE reported_term IS NOT NULL
