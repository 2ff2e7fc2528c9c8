-- Among the suspect cases of an exposure, women with and without the side effect, and men.
WITH by_sex AS (
    SELECT
        exposed.exposure,
        population.stratum AS sex,
        event.side_effect,
        event.definition,
        exposed.exposed_count,
        coalesce(found.report_count, 0) AS report_count
    FROM work.exposed_count AS exposed
    INNER JOIN work.population AS population
        ON exposed.population = population.population
    INNER JOIN work.event_count AS event
        ON exposed.population = event.population
    LEFT JOIN work.exposed_event_count AS found
        ON
            exposed.population = found.population
            AND exposed.exposure = found.exposure
            AND exposed.role_scope = found.role_scope
            AND event.side_effect = found.side_effect
            AND event.definition = found.definition
    WHERE population.dimension = 'sex' AND exposed.role_scope = 'suspect'
)

SELECT
    exposure,
    side_effect,
    definition,
    coalesce(sum(report_count) FILTER (WHERE sex = 'F'), 0)::BIGINT AS a,
    coalesce(sum(exposed_count - report_count) FILTER (WHERE sex = 'F'), 0)::BIGINT AS b,
    coalesce(sum(report_count) FILTER (WHERE sex = 'M'), 0)::BIGINT AS c,
    coalesce(sum(exposed_count - report_count) FILTER (WHERE sex = 'M'), 0)::BIGINT AS d
FROM by_sex
GROUP BY exposure, side_effect, definition
