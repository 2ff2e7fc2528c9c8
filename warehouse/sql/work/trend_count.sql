-- The 2x2 cells of every studied exposure against the rest, quarter by quarter: the cases that enter in a quarter are
-- counted once, and running sums make the cells. Every quarter of the build has a row.
WITH quarter AS (
    SELECT DISTINCT quarter
    FROM staged.report
),

total AS (
    SELECT
        quarter.quarter,
        sum(coalesce(entered.cases, 0)) OVER (ORDER BY quarter.quarter) AS cases
    FROM quarter
    LEFT JOIN work.entered AS entered
        ON quarter.quarter = entered.quarter
),

exposed_total AS (
    SELECT
        studied.exposure,
        scope.role_scope,
        quarter.quarter,
        sum(coalesce(sum(found.cases), 0)) OVER (
            PARTITION BY studied.exposure, scope.role_scope
            ORDER BY quarter.quarter
        ) AS cases
    FROM core.exposure AS studied
    CROSS JOIN work.role_scope AS scope
    CROSS JOIN quarter
    LEFT JOIN work.exposed_entered AS found
        ON
            studied.exposure = found.exposure
            AND scope.role_rank >= found.role_rank
            AND quarter.quarter = found.quarter
    WHERE studied.is_studied
    GROUP BY studied.exposure, scope.role_scope, quarter.quarter
),

event_total AS (
    SELECT
        effect.side_effect,
        level.definition,
        quarter.quarter,
        sum(coalesce(sum(found.cases), 0)) OVER (
            PARTITION BY effect.side_effect, level.definition
            ORDER BY quarter.quarter
        ) AS cases
    FROM core.side_effect AS effect
    CROSS JOIN work.definition AS level
    CROSS JOIN quarter
    LEFT JOIN work.event_entered AS found
        ON
            effect.side_effect = found.side_effect
            AND level.definition_rank >= found.definition_rank
            AND quarter.quarter = found.quarter
    GROUP BY effect.side_effect, level.definition, quarter.quarter
),

exposed_event_total AS (
    SELECT
        exposed.exposure,
        exposed.role_scope,
        event.side_effect,
        event.definition,
        exposed.quarter,
        exposed.cases AS exposed_cases,
        event.cases AS event_cases,
        sum(coalesce(sum(found.cases), 0)) OVER (
            PARTITION BY exposed.exposure, exposed.role_scope, event.side_effect, event.definition
            ORDER BY exposed.quarter
        ) AS cases
    FROM exposed_total AS exposed
    INNER JOIN work.role_scope AS scope
        ON exposed.role_scope = scope.role_scope
    INNER JOIN event_total AS event
        ON exposed.quarter = event.quarter
    INNER JOIN work.definition AS level
        ON event.definition = level.definition
    LEFT JOIN work.exposed_event_entered AS found
        ON
            exposed.exposure = found.exposure
            AND scope.role_rank >= found.role_rank
            AND event.side_effect = found.side_effect
            AND level.definition_rank >= found.definition_rank
            AND exposed.quarter = found.quarter
    GROUP BY
        exposed.exposure, exposed.role_scope, event.side_effect, event.definition, exposed.quarter, exposed.cases,
        event.cases
)

SELECT
    cell.exposure,
    cell.side_effect,
    cell.definition,
    cell.role_scope,
    cell.quarter,
    cell.cases::BIGINT AS a,
    (cell.exposed_cases - cell.cases)::BIGINT AS b,
    (cell.event_cases - cell.cases)::BIGINT AS c,
    (total.cases - cell.exposed_cases - cell.event_cases + cell.cases)::BIGINT AS d
FROM exposed_event_total AS cell
INNER JOIN total
    ON cell.quarter = total.quarter
