-- Exposed cases with the side effect, by population, role scope and definition; where there are none, no row.
WITH found AS (
    SELECT
        part.population,
        exposed.exposure,
        exposed.role_rank,
        exposed.side_effect,
        exposed.definition_rank,
        sum(exposed.cases) AS cases,
        sum(exposed.serious) AS serious,
        sum(exposed.death) AS death,
        sum(exposed.hospitalisation) AS hospitalisation
    FROM work.exposed_event_profile AS exposed
    INNER JOIN work.population_profile AS part
        ON exposed.profile = part.profile
    GROUP BY part.population, exposed.exposure, exposed.role_rank, exposed.side_effect, exposed.definition_rank
)

SELECT
    found.population,
    found.exposure,
    scope.role_scope,
    found.side_effect,
    level.definition,
    sum(found.cases)::BIGINT AS report_count,
    sum(found.serious)::BIGINT AS serious_count,
    sum(found.death)::BIGINT AS death_count,
    sum(found.hospitalisation)::BIGINT AS hospitalisation_count
FROM found
INNER JOIN work.population_scope AS scope
    ON
        found.population = scope.population
        AND found.role_rank <= scope.role_rank
INNER JOIN work.definition AS level
    ON found.definition_rank <= level.definition_rank
GROUP BY found.population, found.exposure, scope.role_scope, found.side_effect, level.definition
