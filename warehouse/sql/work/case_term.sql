-- One row per case and preferred term: a repeated row changes no count.
SELECT DISTINCT
    reaction.case_id,
    number.term_number
FROM core.report_reaction AS reaction
INNER JOIN work.term_number AS number
    ON reaction.term = number.term
