-- Cases with both exposures by population and role scope; where there are none, no row.
WITH found AS (
    SELECT
        part.population,
        both_exposed.exposure,
        both_exposed.comparator,
        both_exposed.role_rank,
        sum(both_exposed.cases) AS cases
    FROM work.both_exposed_profile AS both_exposed
    INNER JOIN work.population_profile AS part
        ON both_exposed.profile = part.profile
    GROUP BY part.population, both_exposed.exposure, both_exposed.comparator, both_exposed.role_rank
)

SELECT
    found.population,
    found.exposure,
    found.comparator,
    scope.role_scope,
    sum(found.cases)::BIGINT AS both_count
FROM found
INNER JOIN work.population_scope AS scope
    ON
        found.population = scope.population
        AND found.role_rank <= scope.role_rank
GROUP BY found.population, found.exposure, found.comparator, scope.role_scope
