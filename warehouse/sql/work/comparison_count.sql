-- The 2x2 cells of every comparison. Against the rest, the other arm is every other case of the universe; against a
-- substance or class, cases with both exposures leave both arms.
WITH universe AS (
    SELECT count(*) AS cases
    FROM work.universe
)

SELECT
    exposed.exposure,
    'rest' AS comparator,
    exposed.side_effect,
    exposed.definition,
    exposed.role_scope,
    exposed.report_count AS a,
    exposed.exposed_count - exposed.report_count AS b,
    exposed.event_count - exposed.report_count AS c,
    universe.cases - exposed.exposed_count - exposed.event_count + exposed.report_count AS d,
    0::BIGINT AS both_exposed_count
FROM work.exposed_event_count AS exposed
CROSS JOIN universe
UNION ALL
SELECT
    both_exposed.exposure,
    both_exposed.comparator,
    both_exposed.side_effect,
    both_exposed.definition,
    both_exposed.role_scope,
    studied.report_count - both_exposed.both_event_count AS a,
    studied.exposed_count - both_exposed.both_count - studied.report_count + both_exposed.both_event_count AS b,
    other.report_count - both_exposed.both_event_count AS c,
    other.exposed_count - both_exposed.both_count - other.report_count + both_exposed.both_event_count AS d,
    both_exposed.both_count AS both_exposed_count
FROM work.both_exposed_count AS both_exposed
INNER JOIN work.exposed_event_count AS studied
    ON
        both_exposed.exposure = studied.exposure
        AND both_exposed.role_scope = studied.role_scope
        AND both_exposed.side_effect = studied.side_effect
        AND both_exposed.definition = studied.definition
INNER JOIN work.exposed_event_count AS other
    ON
        both_exposed.comparator = other.exposure
        AND both_exposed.role_scope = other.role_scope
        AND both_exposed.side_effect = other.side_effect
        AND both_exposed.definition = other.definition
