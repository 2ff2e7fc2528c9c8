-- Compared cases by substance given, in any role.
SELECT
    given.substance_number,
    count(*) AS cases
FROM work.case_substance AS given
SEMI JOIN work.linkage_told AS told
    ON given.case_id = told.case_id
GROUP BY given.substance_number
