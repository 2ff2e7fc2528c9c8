-- Cases with a side effect by narrowest definition.
SELECT
    side_effect,
    definition_rank,
    count(*) AS cases
FROM work.event_case
GROUP BY side_effect, definition_rank
