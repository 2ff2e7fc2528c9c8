-- The role scopes that a population is counted in: strata are counted for suspect drugs alone.
SELECT
    population.population,
    scope.role_scope,
    scope.role_rank
FROM work.population AS population
CROSS JOIN work.role_scope AS scope
WHERE population.cut IN ('context', 'choice') OR scope.role_scope = 'suspect'
