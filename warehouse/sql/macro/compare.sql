-- compare(exposure, comparator, side_effect, role_scope := 'suspect', definition := 'label_style', context := 'all',
-- duplicates := 'kept')
-- One row: an exposure (substance or class) against another one or against rest, on one side-effect group. A case with
-- both is in neither arm. Optional: role_scope := 'primary_suspect', 'suspect' or 'any'; definition := 'single_term',
-- 'label_style' or 'broad'; context := one of core.report.context, for like against like; duplicates := 'kept' or
-- 'removed' (probable ones).
WITH asked AS MATERIALIZED (
    SELECT
        drug.exposure,
        other.exposure AS comparator,
        effect.side_effect,
        choice.role_scope,
        choice.definition,
        choice.context,
        choice.duplicates
    FROM known_exposure(exposure) AS drug
    CROSS JOIN known_exposure(comparator) AS other
    CROSS JOIN known_side_effect(side_effect) AS effect
    CROSS JOIN known_choice(role_scope, definition, context, duplicates) AS choice
    -- It is one row anyway; the limit tells DuckDB so, which else expects many and puts all cases in a hash table.
    ORDER BY drug.exposure
    LIMIT 1
),

member AS (
    SELECT
        part.exposure,
        part.substance
    FROM core.exposure_substance AS part
    UNION
    SELECT
        known.substance AS exposure,
        known.substance
    FROM core.substance AS known
),

arm AS (
    SELECT
        member.substance,
        bool_or(member.exposure = asked.exposure) AS is_exposed,
        bool_or(member.exposure = asked.comparator) AS is_compared
    FROM member
    INNER JOIN asked
        ON member.exposure IN (asked.exposure, asked.comparator)
    GROUP BY member.substance
),

checked AS MATERIALIZED (
    SELECT
        asked.*,
        CASE
            WHEN asked.exposure = 'rest' THEN error('rest is what an exposure is compared with. Name it second.')
            WHEN (SELECT bool_or(arm.is_exposed AND arm.is_compared) FROM arm)
                THEN error(concat(asked.exposure, ' and ', asked.comparator, ' share a substance. Compare others.'))
            ELSE asked.comparator = 'rest'
        END AS is_rest
    FROM asked
),

placed AS (
    SELECT
        given.case_id,
        arm.is_exposed,
        arm.is_compared,
        FALSE AS has_event
    FROM core.report_substance AS given
    INNER JOIN arm
        ON given.substance = arm.substance
    CROSS JOIN checked
    WHERE
        CASE checked.role_scope
            WHEN 'primary_suspect' THEN given.is_primary_suspect
            WHEN 'suspect' THEN given.is_suspect
            ELSE TRUE
        END
    UNION ALL
    SELECT
        reported.case_id,
        FALSE AS is_exposed,
        FALSE AS is_compared,
        TRUE AS has_event
    FROM core.report_term AS reported
    INNER JOIN core.side_effect_term AS listed
        ON reported.term = listed.term
    INNER JOIN checked
        ON
            listed.side_effect = checked.side_effect
            AND listed.definition = checked.definition
),

-- Cases with neither are not looked at one by one: against the rest, they are what is left of the population.
reached AS (
    SELECT
        placed.case_id,
        bool_or(placed.is_exposed) AS is_exposed,
        bool_or(placed.is_compared) AS is_compared,
        bool_or(placed.has_event) AS has_event
    FROM placed
    GROUP BY placed.case_id
),

population AS (
    SELECT count(*) AS cases
    FROM known_population(context, duplicates) AS everybody -- noqa: RF03
    WHERE everybody.is_counted
),

-- Who does not count has nothing. Left out by a condition, DuckDB would expect fewer in the population than here, and
-- put the population in the hash table.
found AS (
    SELECT
        everybody.is_counted AND reached.is_exposed AS is_exposed,
        everybody.is_counted AND reached.is_compared AS is_compared,
        everybody.is_counted AND reached.has_event AS has_event
    FROM reached
    INNER JOIN known_population(context, duplicates) AS everybody -- noqa: RF03
        ON reached.case_id = everybody.case_id
),

part AS (
    SELECT
        count(*) FILTER (WHERE found.is_exposed AND NOT found.is_compared AND found.has_event) AS a,
        count(*) FILTER (WHERE found.is_exposed AND NOT found.is_compared AND NOT found.has_event) AS b,
        count(*) FILTER (WHERE found.is_compared AND NOT found.is_exposed AND found.has_event) AS c,
        count(*) FILTER (WHERE found.is_compared AND NOT found.is_exposed AND NOT found.has_event) AS d,
        count(*) FILTER (WHERE NOT found.is_exposed AND found.has_event) AS c_of_rest,
        count(*) FILTER (WHERE found.is_exposed AND found.is_compared) AS both_exposed_count
    FROM found
),

counted AS MATERIALIZED (
    SELECT
        part.a,
        part.b,
        CASE WHEN checked.is_rest THEN part.c_of_rest ELSE part.c END AS c,
        CASE WHEN checked.is_rest THEN population.cases - part.a - part.b - part.c_of_rest ELSE part.d END AS d,
        part.both_exposed_count
    FROM part
    CROSS JOIN population
    CROSS JOIN checked
    -- Named here, so that a choice that does not exist is an error whichever columns are asked for.
    WHERE checked.context IS NOT NULL AND checked.duplicates IS NOT NULL
)

SELECT
    checked.exposure AS exposure,
    checked.comparator AS comparator,
    checked.side_effect AS side_effect,
    checked.definition AS definition,
    checked.role_scope AS role_scope,
    checked.context AS context,
    checked.duplicates AS duplicates,
    counted.*,
    measure.*
FROM checked
CROSS JOIN counted
CROSS JOIN two_by_two(counted.a, counted.b, counted.c, counted.d) AS measure
