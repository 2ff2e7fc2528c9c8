-- Cases by substance, sorted so that a question about one substance reads little.
SELECT
    number.substance,
    given.case_id,
    given.role_rank = 1 AS is_primary_suspect,
    given.role_rank <= 2 AS is_suspect
FROM work.case_substance AS given
INNER JOIN work.substance_number AS number
    ON given.substance_number = number.substance_number
-- The numbers are in the order of the text, and cheaper to sort.
ORDER BY number.substance_number, given.case_id
