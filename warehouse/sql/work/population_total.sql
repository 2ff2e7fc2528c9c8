-- Cases of each population, zero included.
SELECT
    population.population,
    coalesce(sum(total.cases), 0)::BIGINT AS cases
FROM work.population AS population
LEFT JOIN work.population_profile AS part
    ON population.population = part.population
LEFT JOIN work.profile_total AS total
    ON part.profile = total.profile
GROUP BY population.population
