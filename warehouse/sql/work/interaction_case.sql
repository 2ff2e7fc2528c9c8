-- Cases by what they are exposed to: an asked exposure, a group, or both; the other one is blank.
SELECT
    exposed.exposure,
    '' AS interaction_group,
    exposed.case_id,
    exposed.role_rank
FROM work.exposed_case AS exposed
SEMI JOIN work.interaction_question AS question
    ON exposed.exposure = question.exposure
UNION ALL
SELECT
    '' AS exposure,
    interaction_group,
    case_id,
    role_rank
FROM work.grouped_case
UNION ALL
SELECT
    exposed.exposure,
    grouped.interaction_group,
    exposed.case_id,
    greatest(exposed.role_rank, grouped.role_rank) AS role_rank
FROM work.exposed_case AS exposed
INNER JOIN work.grouped_case AS grouped
    ON exposed.case_id = grouped.case_id
SEMI JOIN work.interaction_question AS question
    ON exposed.exposure = question.exposure
