-- two_by_two(a, b, c, d)
-- Every measure of one 2x2 table of cases, by the formulas and zero-cell rules of the marts. The bounds of the IC are
-- exact (from meta.ic_bound) below 10,000 cases in a; above that by Wilson and Hilferty, right to 0.0000001 bits.
WITH given AS (
    SELECT
        CASE
            WHEN least(a, b, c, d) < 0 OR a IS NULL OR b IS NULL OR c IS NULL OR d IS NULL
                THEN error('two_by_two(a, b, c, d) needs four counts of cases, none of them negative or missing.')
            ELSE a::DOUBLE
        END AS a,
        b::DOUBLE AS b,
        c::DOUBLE AS c,
        d::DOUBLE AS d
),

margin AS (
    SELECT
        given.*,
        given.a + given.b AS exposed,
        given.c + given.d AS comparator,
        given.a + given.c AS with_event,
        given.b + given.d AS without_event,
        given.a + given.b + given.c + given.d AS total,
        (given.a + given.b) * (given.a + given.c) / nullif(given.a + given.b + given.c + given.d, 0) AS expected,
        abs(given.a * given.d - given.b * given.c) AS difference
    FROM given
),

judged AS (
    SELECT
        margin.*,
        nullif(margin.exposed * margin.comparator * margin.with_event * margin.without_event, 0) AS product,
        CASE
            WHEN margin.exposed = 0 THEN 'no_exposed_cases'
            WHEN margin.comparator = 0 THEN 'no_comparator_cases'
            WHEN margin.with_event = 0 THEN 'no_cases_with_event'
            WHEN margin.without_event = 0 THEN 'no_cases_without_event'
        END AS undefined_reason
    FROM margin
),

corrected AS (
    SELECT
        judged.*,
        judged.undefined_reason IS NULL
        AND least(judged.a, judged.b, judged.c, judged.d) = 0 AS is_zero_cell_corrected,
        CASE
            WHEN judged.undefined_reason IS NOT NULL THEN NULL
            WHEN least(judged.a, judged.b, judged.c, judged.d) = 0 THEN 0.5::DOUBLE
            ELSE 0::DOUBLE
        END AS addition
    FROM judged
),

ratio AS (
    SELECT
        corrected.*,
        (corrected.a + corrected.addition) * (corrected.d + corrected.addition)
        / ((corrected.b + corrected.addition) * (corrected.c + corrected.addition)) AS ror,
        1.959963984540054::DOUBLE * sqrt(
            1 / (corrected.a + corrected.addition) + 1 / (corrected.b + corrected.addition)
            + 1 / (corrected.c + corrected.addition) + 1 / (corrected.d + corrected.addition)
        ) AS ror_half_width,
        (corrected.a + corrected.addition) * (corrected.comparator + 2 * corrected.addition)
        / ((corrected.c + corrected.addition) * (corrected.exposed + 2 * corrected.addition)) AS prr,
        1.959963984540054::DOUBLE * sqrt(
            (corrected.b + corrected.addition)
            / ((corrected.a + corrected.addition) * (corrected.exposed + 2 * corrected.addition))
            + (corrected.d + corrected.addition)
            / ((corrected.c + corrected.addition) * (corrected.comparator + 2 * corrected.addition))
        ) AS prr_half_width,
        corrected.total * corrected.difference ** 2 / corrected.product AS chi_squared,
        corrected.total * greatest(corrected.difference - corrected.total / 2, 0) ** 2
        / corrected.product AS chi_squared_yates,
        log2((corrected.a + 0.5) / (corrected.expected + 0.5)) AS ic,
        -- Wilson and Hilferty 1931: the cube root of a gamma variable is nearly normal.
        log2(corrected.a + 0.5) + 3 * log2(
            1 - 1 / (9 * (corrected.a + 0.5)) - 1.959963984540054::DOUBLE / (3 * sqrt(corrected.a + 0.5))
        ) AS approximate_lower,
        log2(corrected.a + 0.5) + 3 * log2(
            1 - 1 / (9 * (corrected.a + 0.5)) + 1.959963984540054::DOUBLE / (3 * sqrt(corrected.a + 0.5))
        ) AS approximate_upper
    FROM corrected
)

SELECT
    ratio.expected,
    ratio.ror,
    ratio.ror / exp(ratio.ror_half_width) AS ror_lower_95,
    ratio.ror * exp(ratio.ror_half_width) AS ror_upper_95,
    ratio.prr,
    ratio.prr / exp(ratio.prr_half_width) AS prr_lower_95,
    ratio.prr * exp(ratio.prr_half_width) AS prr_upper_95,
    ratio.chi_squared,
    ratio.chi_squared_yates,
    ratio.ic,
    coalesce(exact.lower_95, ratio.approximate_lower) - log2(ratio.expected + 0.5) AS ic_lower_95,
    coalesce(exact.upper_95, ratio.approximate_upper) - log2(ratio.expected + 0.5) AS ic_upper_95,
    CASE WHEN exact.report_count IS NULL THEN 'wilson_hilferty' ELSE 'exact' END AS ic_interval_method,
    ratio.is_zero_cell_corrected,
    ratio.undefined_reason
FROM ratio
LEFT JOIN meta.ic_bound AS exact
    ON ratio.a = exact.report_count
