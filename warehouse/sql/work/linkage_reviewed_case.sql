-- Cases that name a studied substance or a comparator, in any role.
SELECT DISTINCT given.case_id
FROM work.case_substance AS given
INNER JOIN work.substance_number AS number
    ON given.substance_number = number.substance_number
SEMI JOIN work.linkage_substance AS reviewed
    ON number.substance = reviewed.substance
