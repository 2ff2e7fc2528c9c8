-- The same with a side effect, by narrowest definition.
SELECT
    exposed.exposure,
    exposed.interaction_group,
    exposed.role_rank,
    event.side_effect,
    event.definition_rank,
    count(*) AS cases
FROM work.interaction_case AS exposed
INNER JOIN work.event_case AS event
    ON exposed.case_id = event.case_id
GROUP BY
    exposed.exposure, exposed.interaction_group, exposed.role_rank, event.side_effect, event.definition_rank
