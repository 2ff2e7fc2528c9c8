-- The two arms of every comparison in every population: against the rest, every other case of the population; against
-- a substance or class, its cases, and cases with both exposures are in neither arm. Where an arm has no case there is
-- no row, but for the rest of an exposure that has some, and for number 1, everybody.
WITH both_arms AS (
    SELECT
        studied.population,
        studied.exposure,
        'rest' AS comparator,
        studied.role_scope,
        studied.exposed_count AS exposed_arm,
        total.cases - studied.exposed_count AS comparator_arm,
        0::BIGINT AS both_count
    FROM work.exposed_count AS studied
    INNER JOIN work.population_total AS total
        ON studied.population = total.population
    UNION ALL
    SELECT
        studied.population,
        studied.exposure,
        compared.comparator,
        studied.role_scope,
        studied.exposed_count - coalesce(both_exposed.both_count, 0) AS exposed_arm,
        other.exposed_count - coalesce(both_exposed.both_count, 0) AS comparator_arm,
        coalesce(both_exposed.both_count, 0) AS both_count
    FROM work.exposed_count AS studied
    INNER JOIN work.compared AS compared
        ON studied.exposure = compared.exposure
    INNER JOIN work.exposed_count AS other
        ON
            studied.population = other.population
            AND studied.role_scope = other.role_scope
            AND compared.comparator = other.exposure
    LEFT JOIN work.both_exposed_count AS both_exposed
        ON
            studied.population = both_exposed.population
            AND studied.exposure = both_exposed.exposure
            AND compared.comparator = both_exposed.comparator
            AND studied.role_scope = both_exposed.role_scope
)

SELECT *
FROM both_arms
WHERE (exposed_arm > 0 AND (comparator_arm > 0 OR comparator = 'rest')) OR population = 1
