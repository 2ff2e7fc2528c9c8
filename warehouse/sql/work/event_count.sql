-- Cases with the side effect by population and definition, zero included.
WITH found AS (
    SELECT
        part.population,
        event.side_effect,
        event.definition_rank,
        sum(event.cases) AS cases
    FROM work.event_profile AS event
    INNER JOIN work.population_profile AS part
        ON event.profile = part.profile
    GROUP BY part.population, event.side_effect, event.definition_rank
)

SELECT
    population.population,
    effect.side_effect,
    level.definition,
    coalesce(sum(found.cases), 0)::BIGINT AS event_count
FROM work.population AS population
CROSS JOIN core.side_effect AS effect
CROSS JOIN work.definition AS level
LEFT JOIN found
    ON
        population.population = found.population
        AND effect.side_effect = found.side_effect
        AND level.definition_rank >= found.definition_rank
GROUP BY population.population, effect.side_effect, level.definition
