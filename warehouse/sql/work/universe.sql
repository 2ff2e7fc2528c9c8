-- The cases that every margin is counted in: at least one eligible drug and at least one reaction.
SELECT DISTINCT substance.case_id
FROM work.case_substance AS substance
SEMI JOIN work.case_term AS term
    ON substance.case_id = term.case_id
