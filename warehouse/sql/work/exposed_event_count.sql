-- Exposed cases with the side effect, by role scope and definition, zero included; with how serious they were.
WITH by_rank AS (
    SELECT
        exposed.exposure,
        exposed.role_rank,
        event.side_effect,
        event.definition_rank,
        count(*) AS cases,
        count(*) FILTER (WHERE report.is_serious) AS serious,
        count(*) FILTER (WHERE report.is_death) AS death,
        count(*) FILTER (WHERE report.is_hospitalisation) AS hospitalisation
    FROM work.exposed_case AS exposed
    INNER JOIN work.event_case AS event
        ON exposed.case_id = event.case_id
    INNER JOIN core.report AS report
        ON exposed.case_id = report.case_id
    GROUP BY exposed.exposure, exposed.role_rank, event.side_effect, event.definition_rank
)

SELECT
    exposed.exposure,
    exposed.role_scope,
    exposed.exposed_count,
    event.side_effect,
    event.definition,
    event.event_count,
    coalesce(sum(by_rank.cases), 0)::BIGINT AS report_count,
    coalesce(sum(by_rank.serious), 0)::BIGINT AS serious_count,
    coalesce(sum(by_rank.death), 0)::BIGINT AS death_count,
    coalesce(sum(by_rank.hospitalisation), 0)::BIGINT AS hospitalisation_count
FROM work.exposed_count AS exposed
INNER JOIN work.role_scope AS scope
    ON exposed.role_scope = scope.role_scope
CROSS JOIN work.event_count AS event
INNER JOIN work.definition AS level
    ON event.definition = level.definition
LEFT JOIN by_rank
    ON
        exposed.exposure = by_rank.exposure
        AND event.side_effect = by_rank.side_effect
        AND scope.role_rank >= by_rank.role_rank
        AND level.definition_rank >= by_rank.definition_rank
GROUP BY
    exposed.exposure, exposed.role_scope, exposed.exposed_count, event.side_effect, event.definition, event.event_count
