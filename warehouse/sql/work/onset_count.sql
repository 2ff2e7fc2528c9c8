-- Cases by what their dates allow, and the quartiles of the onset; every exposure, side effect and definition.
WITH found AS (
    SELECT
        onset.exposure,
        onset.role_scope,
        onset.side_effect,
        level.definition,
        count(*) AS case_count,
        count(*) FILTER (WHERE onset.dating = 'with_dates') AS with_dates_count,
        count(*) FILTER (WHERE onset.dating = 'partial') AS partial_count,
        count(*) FILTER (WHERE onset.dating = 'negative') AS negative_count,
        count(*) FILTER (WHERE onset.dating = 'missing') AS missing_count,
        count(*) FILTER (WHERE onset.dating = 'with_dates' AND onset.days = 0) AS day_0_count,
        quantile_cont(onset.days, [0.25, 0.5, 0.75]) FILTER (WHERE onset.dating = 'with_dates') AS quartiles
    FROM work.onset AS onset
    INNER JOIN work.definition AS level
        ON onset.definition_rank <= level.definition_rank
    GROUP BY onset.exposure, onset.role_scope, onset.side_effect, level.definition
)

SELECT
    exposure.exposure,
    effect.side_effect,
    level.definition,
    scope.role_scope,
    coalesce(found.case_count, 0) AS case_count,
    coalesce(found.with_dates_count, 0) AS with_dates_count,
    coalesce(found.partial_count, 0) AS partial_count,
    coalesce(found.negative_count, 0) AS negative_count,
    coalesce(found.missing_count, 0) AS missing_count,
    coalesce(found.day_0_count, 0) AS day_0_count,
    found.quartiles[1] AS onset_q1_days,
    found.quartiles[2] AS onset_median_days,
    found.quartiles[3] AS onset_q3_days
FROM core.exposure AS exposure
CROSS JOIN core.side_effect AS effect
CROSS JOIN work.definition AS level
CROSS JOIN work.role_scope AS scope
LEFT JOIN found
    ON
        exposure.exposure = found.exposure
        AND scope.role_scope = found.role_scope
        AND effect.side_effect = found.side_effect
        AND level.definition = found.definition
WHERE scope.role_scope <> 'any'
