-- Cases of the universe by exposure (substance or class), with the strongest role of any of its substances.
SELECT
    member.exposure,
    given.case_id,
    min(given.role_rank) AS role_rank
FROM work.case_substance AS given
INNER JOIN work.substance_number AS number
    ON given.substance_number = number.substance_number
INNER JOIN core.exposure_substance AS member
    ON number.substance = member.substance
SEMI JOIN work.universe AS universe
    ON given.case_id = universe.case_id
GROUP BY member.exposure, given.case_id
