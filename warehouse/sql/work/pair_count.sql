-- 2x2 cells against the rest of every substance (suspect) and term reported together at least once.
WITH given AS (
    SELECT
        substance.case_id,
        substance.substance_number
    FROM work.case_substance AS substance
    SEMI JOIN work.universe AS universe
        ON substance.case_id = universe.case_id
    WHERE substance.role_rank <= 2
),

reported AS (
    SELECT
        term.case_id,
        term.term_number
    FROM work.case_term AS term
    SEMI JOIN work.universe AS universe
        ON term.case_id = universe.case_id
),

pair AS (
    SELECT
        given.substance_number,
        reported.term_number,
        count(*) AS cases
    FROM given
    INNER JOIN reported
        ON given.case_id = reported.case_id
    GROUP BY given.substance_number, reported.term_number
),

substance_total AS (
    SELECT
        substance_number,
        count(*) AS cases
    FROM given
    GROUP BY substance_number
),

term_total AS (
    SELECT
        term_number,
        count(*) AS cases
    FROM reported
    GROUP BY term_number
),

universe AS (
    SELECT count(*) AS cases
    FROM work.universe
)

SELECT
    substance.substance,
    term.term,
    pair.cases AS a,
    substance_total.cases - pair.cases AS b,
    term_total.cases - pair.cases AS c,
    universe.cases - substance_total.cases - term_total.cases + pair.cases AS d
FROM pair
INNER JOIN substance_total
    ON pair.substance_number = substance_total.substance_number
INNER JOIN term_total
    ON pair.term_number = term_total.term_number
INNER JOIN work.substance_number AS substance
    ON pair.substance_number = substance.substance_number
INNER JOIN work.term_number AS term
    ON pair.term_number = term.term_number
CROSS JOIN universe
