-- Since when each criterion is met: the first quarter, whether it is met in the last one, and how often not in between.
WITH status AS (
    SELECT
        trend.exposure,
        trend.side_effect,
        trend.definition,
        trend.role_scope,
        trend.quarter,
        criterion.criterion,
        CASE criterion.criterion
            WHEN 'evans' THEN trend.meets_evans
            WHEN 'ror' THEN trend.meets_ror
            WHEN 'ic' THEN trend.meets_ic
            ELSE trend.meets_ema
        END AS is_met
    FROM mart.signal_trend AS trend
    CROSS JOIN (VALUES ('evans'), ('ror'), ('ic'), ('ema')) AS criterion (criterion)
),

dated AS (
    SELECT
        *,
        min(quarter) FILTER (WHERE is_met) OVER (
            PARTITION BY exposure, side_effect, definition, role_scope, criterion
        ) AS first_met_quarter
    FROM status
)

SELECT
    exposure,
    side_effect,
    definition,
    role_scope,
    criterion,
    first_met_quarter,
    arg_max(is_met, quarter) AS is_met_now,
    CASE
        WHEN first_met_quarter IS NOT NULL
            THEN count(*) FILTER (WHERE quarter > first_met_quarter AND NOT is_met)
    END AS unmet_quarter_count
FROM dated
GROUP BY exposure, side_effect, definition, role_scope, criterion, first_met_quarter
ORDER BY exposure, side_effect, definition, role_scope, criterion
