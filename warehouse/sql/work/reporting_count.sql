-- Shares of reports by context and route: every exposure that has cases there, and all of them without restriction.
SELECT
    exposed.population,
    exposed.exposure,
    exposed.role_scope,
    event.side_effect,
    event.definition,
    population.context,
    population.route_group,
    exposed.exposed_count AS exposed_report_count,
    coalesce(found.report_count, 0) AS report_count,
    coalesce(found.serious_count, 0) AS serious_count,
    coalesce(found.death_count, 0) AS death_count,
    coalesce(found.hospitalisation_count, 0) AS hospitalisation_count
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
WHERE population.cut = 'context' AND (exposed.exposed_count > 0 OR exposed.population = 1)
