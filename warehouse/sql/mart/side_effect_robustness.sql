-- What the variants of a comparison have in common, and which choice moves the estimate most.
WITH told AS (
    SELECT
        exposure,
        comparator,
        side_effect,
        count(*) AS variant_count,
        count(*) FILTER (WHERE meets_evans) AS evans_variant_count,
        count(*) FILTER (WHERE meets_ror) AS ror_variant_count,
        count(*) FILTER (WHERE meets_ic) AS ic_variant_count,
        count(*) FILTER (WHERE meets_ema) AS ema_variant_count,
        min(a) AS least_a,
        max(a) AS most_a,
        min(ror) AS least_ror,
        median(ror) AS median_ror,
        max(ror) AS most_ror,
        min(ic) AS least_ic,
        median(ic) AS median_ic,
        max(ic) AS most_ic
    FROM mart.side_effect_sensitivity
    GROUP BY exposure, comparator, side_effect
),

mean AS (
    SELECT
        exposure,
        comparator,
        side_effect,
        choice,
        avg(ic) AS mean_ic
    FROM (
        UNPIVOT (
            SELECT
                exposure,
                comparator,
                side_effect,
                ic,
                definition,
                role_scope,
                duplicates,
                literature,
                reporters,
                seriousness,
                esketamine_cases
            FROM mart.side_effect_sensitivity
        )
        ON definition, role_scope, duplicates, literature, reporters, seriousness, esketamine_cases
        INTO NAME choice VALUE chosen
    )
    GROUP BY exposure, comparator, side_effect, choice, chosen
),

moved AS (
    SELECT
        exposure,
        comparator,
        side_effect,
        choice,
        -- Rounded, for the last digits of a sum depend on the order of its parts.
        round(max(mean_ic) - min(mean_ic), 6) AS ic_range
    FROM mean
    GROUP BY exposure, comparator, side_effect, choice
    QUALIFY row_number() OVER (PARTITION BY exposure, comparator, side_effect ORDER BY -ic_range, choice) = 1
)

SELECT
    told.*,
    CASE WHEN moved.ic_range > 0 THEN moved.choice END AS most_moving_choice,
    moved.ic_range AS most_moving_choice_ic_range
FROM told
INNER JOIN moved
    ON
        told.exposure = moved.exposure
        AND told.comparator = moved.comparator
        AND told.side_effect = moved.side_effect
ORDER BY told.exposure, told.comparator, told.side_effect
