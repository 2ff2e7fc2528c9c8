-- The eight counts of every question about two drugs: exposure, group, side effect (1 yes, 0 no).
WITH event_total AS (
    SELECT
        event.side_effect,
        level.definition,
        sum(event.cases)::BIGINT AS cases
    FROM work.event_rank AS event
    INNER JOIN work.definition AS level
        ON event.definition_rank <= level.definition_rank
    GROUP BY event.side_effect, level.definition
),

margin AS (
    SELECT
        pair.exposure,
        pair.interaction_group,
        pair.side_effect,
        pair.definition,
        pair.role_scope,
        total.cases AS n,
        coalesce(event_total.cases, 0) AS e,
        exposed.cases AS x,
        exposed.event_cases AS xe,
        grouped.cases AS g,
        grouped.event_cases AS ge,
        pair.cases AS xg,
        pair.event_cases AS xge
    FROM work.interaction_margin AS pair
    INNER JOIN work.interaction_margin AS exposed
        ON
            pair.exposure = exposed.exposure
            AND exposed.interaction_group = ''
            AND pair.role_scope = exposed.role_scope
            AND pair.side_effect = exposed.side_effect
            AND pair.definition = exposed.definition
    INNER JOIN work.interaction_margin AS grouped
        ON
            grouped.exposure = ''
            AND pair.interaction_group = grouped.interaction_group
            AND pair.role_scope = grouped.role_scope
            AND pair.side_effect = grouped.side_effect
            AND pair.definition = grouped.definition
    LEFT JOIN event_total
        ON
            pair.side_effect = event_total.side_effect
            AND pair.definition = event_total.definition
    CROSS JOIN work.universe_total AS total
    WHERE pair.exposure <> '' AND pair.interaction_group <> ''
)

SELECT
    exposure,
    interaction_group,
    side_effect,
    definition,
    role_scope,
    xge AS n111,
    xg - xge AS n110,
    xe - xge AS n101,
    x - xg - xe + xge AS n100,
    ge - xge AS n011,
    g - xg - ge + xge AS n010,
    e - xe - ge + xge AS n001,
    n - x - g + xg - e + xe + ge - xge AS n000
FROM margin
