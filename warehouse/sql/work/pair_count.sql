-- 2x2 cells against the rest of every substance and term reported together at least once, per role scope.
WITH given AS (
    SELECT
        substance.case_id,
        substance.substance_number,
        substance.role_rank = 1 AS is_primary_suspect
    FROM work.case_substance AS substance
    SEMI JOIN work.universe AS universe
        ON substance.case_id = universe.case_id
    WHERE substance.role_rank <= 2
),

pair AS (
    SELECT
        given.substance_number,
        reported.term_number,
        count(*) AS suspect,
        count(*) FILTER (WHERE given.is_primary_suspect) AS primary_suspect
    FROM given
    INNER JOIN work.case_term AS reported
        ON given.case_id = reported.case_id
    GROUP BY given.substance_number, reported.term_number
),

substance_total AS (
    SELECT
        substance_number,
        count(*) AS suspect,
        count(*) FILTER (WHERE is_primary_suspect) AS primary_suspect
    FROM given
    GROUP BY substance_number
),

universe AS (
    SELECT count(*) AS cases
    FROM work.universe
),

scoped AS (
    SELECT
        'suspect' AS role_scope,
        pair.substance_number,
        pair.term_number,
        pair.suspect AS a,
        substance_total.suspect AS exposed
    FROM pair
    INNER JOIN substance_total
        ON pair.substance_number = substance_total.substance_number
    UNION ALL
    SELECT
        'primary_suspect' AS role_scope,
        pair.substance_number,
        pair.term_number,
        pair.primary_suspect AS a,
        substance_total.primary_suspect AS exposed
    FROM pair
    INNER JOIN substance_total
        ON pair.substance_number = substance_total.substance_number
    WHERE pair.primary_suspect > 0
)

SELECT
    scoped.role_scope,
    scoped.substance_number,
    scoped.term_number,
    scoped.a,
    scoped.exposed - scoped.a AS b,
    term_total.cases - scoped.a AS c,
    universe.cases - scoped.exposed - term_total.cases + scoped.a AS d
FROM scoped
INNER JOIN work.term_total AS term_total
    ON scoped.term_number = term_total.term_number
CROSS JOIN universe
