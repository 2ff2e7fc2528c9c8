-- What a case can look like, cut by cut: every combination that occurs has a number, unique over all cuts. Cases are
-- counted once per profile; any population is a set of profiles (work.population_profile).
WITH found AS (
    SELECT
        CASE
            WHEN grouping(context) = 0 THEN 'context'
            WHEN grouping(is_serious) = 0 THEN 'choice'
            WHEN grouping(sex) = 0 THEN 'stratum'
            WHEN grouping(region) = 0 THEN 'region'
            ELSE 'reporter_group'
        END AS cut,
        context,
        route_group,
        is_probable_duplicate,
        is_literature,
        is_professional,
        is_serious,
        is_with_esketamine,
        sex,
        age_group,
        period,
        region,
        reporter_group
    FROM work.counted_case
    GROUP BY GROUPING SETS (
        (context, route_group),
        (is_probable_duplicate, is_literature, is_professional, is_serious, is_with_esketamine),
        (sex, age_group, period),
        (region),
        (reporter_group)
    )
)

SELECT
    *,
    row_number() OVER (
        ORDER BY
            cut, context, route_group, is_probable_duplicate, is_literature, is_professional, is_serious,
            is_with_esketamine, sex, age_group, period, region, reporter_group
    )::SMALLINT AS profile
FROM found
