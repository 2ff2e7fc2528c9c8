-- Cases with the side effect by definition, zero included.
WITH by_rank AS (
    SELECT
        side_effect,
        definition_rank,
        count(*) AS cases
    FROM work.event_case
    GROUP BY side_effect, definition_rank
)

SELECT
    effect.side_effect,
    level.definition,
    coalesce(sum(by_rank.cases), 0)::BIGINT AS event_count
FROM core.side_effect AS effect
CROSS JOIN work.definition AS level
LEFT JOIN by_rank
    ON
        effect.side_effect = by_rank.side_effect
        AND level.definition_rank >= by_rank.definition_rank
GROUP BY effect.side_effect, level.definition
