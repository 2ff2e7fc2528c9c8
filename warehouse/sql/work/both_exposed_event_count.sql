-- Cases with both exposures and the side effect, by population, role scope and definition; of none, no row.
WITH found AS (
    SELECT
        part.population,
        both_exposed.exposure,
        both_exposed.comparator,
        both_exposed.role_rank,
        both_exposed.side_effect,
        both_exposed.definition_rank,
        sum(both_exposed.cases) AS cases
    FROM work.both_exposed_event_profile AS both_exposed
    INNER JOIN work.population_profile AS part
        ON both_exposed.profile = part.profile
    GROUP BY ALL
)

SELECT
    found.population,
    found.exposure,
    found.comparator,
    scope.role_scope,
    found.side_effect,
    level.definition,
    sum(found.cases)::BIGINT AS both_event_count
FROM found
INNER JOIN work.population_scope AS scope
    ON
        found.population = scope.population
        AND found.role_rank <= scope.role_rank
INNER JOIN work.definition AS level
    ON found.definition_rank <= level.definition_rank
GROUP BY found.population, found.exposure, found.comparator, scope.role_scope, found.side_effect, level.definition
