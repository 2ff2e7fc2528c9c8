-- 2x2 cells against the rest of every substance and term reported together at least once, per role scope.
WITH scoped AS (
    SELECT
        'suspect' AS role_scope,
        pair.substance_number,
        pair.term_number,
        pair.suspect AS a,
        substance_total.suspect AS exposed
    FROM work.pair AS pair
    INNER JOIN work.substance_total AS substance_total
        ON pair.substance_number = substance_total.substance_number
    UNION ALL
    SELECT
        'primary_suspect' AS role_scope,
        pair.substance_number,
        pair.term_number,
        pair.primary_suspect AS a,
        substance_total.primary_suspect AS exposed
    FROM work.pair AS pair
    INNER JOIN work.substance_total AS substance_total
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
CROSS JOIN work.universe_total AS universe
