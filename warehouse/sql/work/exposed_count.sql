-- Exposed cases by population and role scope, zero included.
WITH found AS (
    SELECT
        part.population,
        exposed.exposure,
        exposed.role_rank,
        sum(exposed.cases) AS cases
    FROM work.exposed_profile AS exposed
    INNER JOIN work.population_profile AS part
        ON exposed.profile = part.profile
    GROUP BY part.population, exposed.exposure, exposed.role_rank
)

SELECT
    scope.population,
    exposure.exposure,
    scope.role_scope,
    coalesce(sum(found.cases), 0)::BIGINT AS exposed_count
FROM work.population_scope AS scope
CROSS JOIN core.exposure AS exposure
LEFT JOIN found
    ON
        scope.population = found.population
        AND exposure.exposure = found.exposure
        AND scope.role_rank >= found.role_rank
GROUP BY scope.population, exposure.exposure, scope.role_scope
