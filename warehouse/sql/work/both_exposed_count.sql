-- Cases with both exposures by role scope, and those of them with the side effect, zero included.
WITH both_by_rank AS (
    SELECT
        exposure,
        comparator,
        role_rank,
        count(*) AS cases
    FROM work.both_exposed_case
    GROUP BY exposure, comparator, role_rank
),

event_by_rank AS (
    SELECT
        both_exposed.exposure,
        both_exposed.comparator,
        both_exposed.role_rank,
        event.side_effect,
        event.definition_rank,
        count(*) AS cases
    FROM work.both_exposed_case AS both_exposed
    INNER JOIN work.event_case AS event
        ON both_exposed.case_id = event.case_id
    GROUP BY
        both_exposed.exposure,
        both_exposed.comparator,
        both_exposed.role_rank,
        event.side_effect,
        event.definition_rank
),

both_by_scope AS (
    SELECT
        compared.exposure,
        compared.comparator,
        scope.role_scope,
        scope.role_rank,
        coalesce(sum(both_by_rank.cases), 0)::BIGINT AS both_count
    FROM work.compared AS compared
    CROSS JOIN work.role_scope AS scope
    LEFT JOIN both_by_rank
        ON
            compared.exposure = both_by_rank.exposure
            AND compared.comparator = both_by_rank.comparator
            AND scope.role_rank >= both_by_rank.role_rank
    GROUP BY compared.exposure, compared.comparator, scope.role_scope, scope.role_rank
)

SELECT
    scoped.exposure,
    scoped.comparator,
    scoped.role_scope,
    scoped.both_count,
    event.side_effect,
    event.definition,
    coalesce(sum(event_by_rank.cases), 0)::BIGINT AS both_event_count
FROM both_by_scope AS scoped
CROSS JOIN work.event_count AS event
INNER JOIN work.definition AS level
    ON event.definition = level.definition
LEFT JOIN event_by_rank
    ON
        scoped.exposure = event_by_rank.exposure
        AND scoped.comparator = event_by_rank.comparator
        AND event.side_effect = event_by_rank.side_effect
        AND scoped.role_rank >= event_by_rank.role_rank
        AND level.definition_rank >= event_by_rank.definition_rank
GROUP BY
    scoped.exposure, scoped.comparator, scoped.role_scope, scoped.both_count, event.side_effect, event.definition
