-- Which profiles make up each population.
SELECT
    population.population,
    profile.profile
FROM work.population AS population
INNER JOIN work.profile AS profile
    ON population.cut = profile.cut
WHERE
    CASE population.cut
        WHEN 'context'
            THEN
                population.context IN ('all', profile.context)
                AND population.route_group IN ('all', profile.route_group)
        WHEN 'choice'
            THEN
                NOT (population.duplicates = 'removed' AND profile.is_probable_duplicate)
                AND NOT (population.literature = 'removed' AND profile.is_literature)
                AND NOT (population.reporters = 'professional' AND NOT profile.is_professional)
                AND NOT (population.seriousness = 'serious' AND NOT profile.is_serious)
                AND NOT (population.esketamine_cases = 'removed' AND profile.is_with_esketamine)
        ELSE
            coalesce(population.sex = profile.sex, TRUE)
            AND coalesce(population.age_group = profile.age_group, TRUE)
            AND coalesce(population.period = profile.period, TRUE)
            AND coalesce(population.region = profile.region, TRUE)
            AND coalesce(population.reporter_group = profile.reporter_group, TRUE)
    END
