-- Cases of each exposure, group and pair of them, and those with the side effect, by role scope and definition.
WITH arm AS (
    SELECT DISTINCT
        question.exposure,
        named.interaction_group
    FROM work.interaction_question AS question
    CROSS JOIN core.interaction_group AS named
),

asked AS (
    SELECT
        exposure,
        interaction_group
    FROM arm
    UNION
    SELECT
        exposure,
        '' AS interaction_group
    FROM arm
    UNION
    SELECT
        '' AS exposure,
        interaction_group
    FROM arm
),

by_scope AS (
    SELECT
        asked.exposure,
        asked.interaction_group,
        scope.role_scope,
        scope.role_rank,
        coalesce(sum(by_rank.cases), 0)::BIGINT AS cases
    FROM asked
    CROSS JOIN work.role_scope AS scope
    LEFT JOIN work.interaction_rank AS by_rank
        ON
            asked.exposure = by_rank.exposure
            AND asked.interaction_group = by_rank.interaction_group
            AND scope.role_rank >= by_rank.role_rank
    WHERE scope.role_scope IN ('suspect', 'any')
    GROUP BY asked.exposure, asked.interaction_group, scope.role_scope, scope.role_rank
)

SELECT
    by_scope.exposure,
    by_scope.interaction_group,
    effect.side_effect,
    level.definition,
    by_scope.role_scope,
    by_scope.cases,
    coalesce(sum(event_by_rank.cases), 0)::BIGINT AS event_cases
FROM by_scope
CROSS JOIN (SELECT DISTINCT side_effect FROM work.interaction_question) AS effect
CROSS JOIN work.definition AS level
LEFT JOIN work.interaction_event_rank AS event_by_rank
    ON
        by_scope.exposure = event_by_rank.exposure
        AND by_scope.interaction_group = event_by_rank.interaction_group
        AND effect.side_effect = event_by_rank.side_effect
        AND by_scope.role_rank >= event_by_rank.role_rank
        AND level.definition_rank >= event_by_rank.definition_rank
GROUP BY
    by_scope.exposure,
    by_scope.interaction_group,
    effect.side_effect,
    level.definition,
    by_scope.role_scope,
    by_scope.cases
