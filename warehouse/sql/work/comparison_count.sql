-- The 2x2 cells of every comparison in every population.
WITH cell AS (
    SELECT
        arm.*,
        event.side_effect,
        event.definition,
        coalesce(studied.report_count, 0) - coalesce(both_exposed.both_event_count, 0) AS a,
        CASE
            WHEN arm.comparator = 'rest' THEN event.event_count - coalesce(studied.report_count, 0)
            ELSE coalesce(other.report_count, 0) - coalesce(both_exposed.both_event_count, 0)
        END AS c
    FROM work.arm AS arm
    INNER JOIN work.event_count AS event
        ON arm.population = event.population
    LEFT JOIN work.exposed_event_count AS studied
        ON
            arm.population = studied.population
            AND arm.exposure = studied.exposure
            AND arm.role_scope = studied.role_scope
            AND event.side_effect = studied.side_effect
            AND event.definition = studied.definition
    LEFT JOIN work.exposed_event_count AS other
        ON
            arm.population = other.population
            AND arm.comparator = other.exposure
            AND arm.role_scope = other.role_scope
            AND event.side_effect = other.side_effect
            AND event.definition = other.definition
    LEFT JOIN work.both_exposed_event_count AS both_exposed
        ON
            arm.population = both_exposed.population
            AND arm.exposure = both_exposed.exposure
            AND arm.comparator = both_exposed.comparator
            AND arm.role_scope = both_exposed.role_scope
            AND event.side_effect = both_exposed.side_effect
            AND event.definition = both_exposed.definition
)

SELECT
    population,
    exposure,
    comparator,
    side_effect,
    definition,
    role_scope,
    a,
    exposed_arm - a AS b,
    c,
    comparator_arm - c AS d,
    both_count AS both_exposed_count
FROM cell
