-- Cases of the universe by group of further drugs, with the strongest role of any substance of the group.
SELECT
    member.interaction_group,
    given.case_id,
    min(given.role_rank) AS role_rank
FROM work.case_substance AS given
INNER JOIN work.substance_number AS number
    ON given.substance_number = number.substance_number
INNER JOIN core.interaction_group AS member
    ON number.substance = member.substance
SEMI JOIN work.universe AS universe
    ON given.case_id = universe.case_id
GROUP BY member.interaction_group, given.case_id
