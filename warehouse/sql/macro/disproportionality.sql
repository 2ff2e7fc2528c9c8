-- disproportionality(substance, term, role_scope := 'suspect', context := 'all', duplicates := 'kept')
-- One row: a substance and a preferred term against the rest of the database, reported together or not. Optional:
-- role_scope := 'primary_suspect', 'suspect' or 'any'; context := one of core.report.context; duplicates := 'kept'
-- or 'removed' (probable ones). EBGM is there where drug_event_signal has the pair (suspect, all contexts, reported at
-- least once).
WITH asked AS MATERIALIZED (
    SELECT
        drug.substance,
        event.term,
        choice.role_scope,
        choice.context,
        choice.duplicates
    FROM known_substance(substance) AS drug
    CROSS JOIN known_term(term) AS event
    CROSS JOIN known_choice(role_scope, 'label_style', context, duplicates) AS choice
    -- It is one row anyway; the limit tells DuckDB so, which else expects many and puts all cases in a hash table.
    ORDER BY drug.substance
    LIMIT 1
),

placed AS (
    SELECT
        given.case_id,
        TRUE AS is_exposed,
        FALSE AS has_event
    FROM core.report_substance AS given
    INNER JOIN asked
        ON given.substance = asked.substance
    WHERE
        CASE asked.role_scope
            WHEN 'primary_suspect' THEN given.is_primary_suspect
            WHEN 'suspect' THEN given.is_suspect
            ELSE TRUE
        END
    UNION ALL
    SELECT
        reported.case_id,
        FALSE AS is_exposed,
        TRUE AS has_event
    FROM core.report_term AS reported
    INNER JOIN asked
        ON reported.term = asked.term
),

-- Cases with neither are not looked at one by one: they are what is left of the population.
reached AS (
    SELECT
        placed.case_id,
        bool_or(placed.is_exposed) AS is_exposed,
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
        everybody.is_counted AND reached.has_event AS has_event
    FROM reached
    INNER JOIN known_population(context, duplicates) AS everybody -- noqa: RF03
        ON reached.case_id = everybody.case_id
),

part AS (
    SELECT
        count(*) FILTER (WHERE found.is_exposed AND found.has_event) AS a,
        count(*) FILTER (WHERE found.is_exposed AND NOT found.has_event) AS b,
        count(*) FILTER (WHERE NOT found.is_exposed AND found.has_event) AS c
    FROM found
),

counted AS MATERIALIZED (
    SELECT
        part.a,
        part.b,
        part.c,
        population.cases - part.a - part.b - part.c AS d
    FROM part
    CROSS JOIN population
    CROSS JOIN asked
    -- Named here, so that a choice that does not exist is an error whichever columns are asked for.
    WHERE asked.context IS NOT NULL AND asked.duplicates IS NOT NULL
),

scored AS (
    SELECT
        'kept' AS duplicates,
        pair.ebgm,
        pair.eb05,
        pair.eb95
    FROM mart.drug_event_signal AS pair
    INNER JOIN asked
        ON
            pair.substance = asked.substance
            AND pair.term = asked.term
    UNION ALL
    SELECT
        'removed' AS duplicates,
        pair.ebgm,
        pair.eb05,
        pair.eb95
    FROM deduplicated.drug_event_signal AS pair
    INNER JOIN asked
        ON
            pair.substance = asked.substance
            AND pair.term = asked.term
)

SELECT
    asked.substance AS substance,
    asked.term AS term,
    asked.role_scope AS role_scope,
    asked.context AS context,
    asked.duplicates AS duplicates,
    counted.a,
    counted.b,
    counted.c,
    counted.d,
    measure.*,
    signal.ebgm,
    signal.eb05,
    signal.eb95
FROM asked
CROSS JOIN counted
CROSS JOIN two_by_two(counted.a, counted.b, counted.c, counted.d) AS measure
LEFT JOIN scored AS signal
    ON
        asked.duplicates = signal.duplicates
        AND asked.role_scope = 'suspect'
        AND asked.context = 'all'
