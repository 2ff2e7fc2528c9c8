-- Cases of the universe by exposure (substance or class), with the strongest role of any of its substances.
WITH exposed AS (
    SELECT
        member.exposure,
        given.case_id,
        min(given.role_rank) AS role_rank
    FROM work.case_substance AS given
    INNER JOIN work.substance_number AS number
        ON given.substance_number = number.substance_number
    INNER JOIN core.exposure_substance AS member
        ON number.substance = member.substance
    GROUP BY member.exposure, given.case_id
)

SELECT
    exposed.exposure,
    exposed.role_rank,
    counted.*
FROM exposed
INNER JOIN work.case_profile AS counted
    ON exposed.case_id = counted.case_id
