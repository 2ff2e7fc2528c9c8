-- The populations that measures are made for, each a part of one cut: contexts and routes with all for no restriction;
-- every combination of the choices of the sensitivity grid; strata by one dimension, and by sex, age and period at
-- once. Number 1 is everybody.
WITH context AS (
    SELECT
        'context' AS cut,
        coalesce(context, 'all') AS context,
        coalesce(route_group, 'all') AS route_group
    FROM work.profile
    WHERE cut = 'context'
    GROUP BY cube (context, route_group)
),

choice AS (
    SELECT
        'choice' AS cut,
        duplicates.choice AS duplicates,
        literature.choice AS literature,
        reporters.choice AS reporters,
        seriousness.choice AS seriousness,
        esketamine.choice AS esketamine_cases
    FROM (VALUES ('kept'), ('removed')) AS duplicates (choice)
    CROSS JOIN (VALUES ('kept'), ('removed')) AS literature (choice)
    CROSS JOIN (VALUES ('all'), ('professional')) AS reporters (choice)
    CROSS JOIN (VALUES ('all'), ('serious')) AS seriousness (choice)
    CROSS JOIN (VALUES ('kept'), ('removed')) AS esketamine (choice)
),

stratum AS (
    SELECT
        cut,
        CASE
            WHEN cut <> 'stratum' THEN cut
            WHEN grouping(sex) + grouping(age_group) + grouping(period) = 0 THEN 'sex_age_period'
            WHEN grouping(sex) = 0 THEN 'sex'
            WHEN grouping(age_group) = 0 THEN 'age_group'
            ELSE 'period'
        END AS dimension,
        concat_ws('/', sex, age_group, period, region, reporter_group) AS stratum,
        sex,
        age_group,
        period,
        region,
        reporter_group
    FROM work.profile
    WHERE cut IN ('stratum', 'region', 'reporter_group')
    GROUP BY
        GROUPING SETS (
            (cut, sex),
            (cut, age_group),
            (cut, period),
            (cut, sex, age_group, period),
            (cut, region),
            (cut, reporter_group)
        )
    HAVING stratum <> ''
),

everyone AS (
    SELECT * FROM context
    UNION ALL BY NAME
    SELECT * FROM choice
    UNION ALL BY NAME
    SELECT * FROM stratum
)

SELECT
    *,
    row_number() OVER (
        ORDER BY
            NOT (cut = 'context' AND context = 'all' AND route_group = 'all'),
            cut, context, route_group, duplicates, literature, reporters, seriousness, esketamine_cases, dimension,
            stratum
    )::SMALLINT AS population
FROM everyone
