-- What linkage compares: one row per case that counts, with its substances and terms as numbers that carry their
-- own weight. A number is a hash of the name in the last forty binary digits, and before them sixteenths of a bit of
-- its rarity, so that what two cases share weighs the sum of the numbers that they share without their last forty
-- digits, and the greatest number is the rarest.
WITH total AS (
    SELECT sum(cases)::DOUBLE AS cases
    FROM work.linkage_country_count
),

substance_weight AS (
    SELECT
        counted.substance_number,
        (hash(number.substance) >> 24)::BIGINT AS code,
        least(1023, greatest(1, round(16 * log2(total.cases / counted.cases))))::BIGINT AS sixteenths
    FROM work.linkage_substance_count AS counted
    INNER JOIN work.substance_number AS number
        ON counted.substance_number = number.substance_number
    CROSS JOIN total
),

term_weight AS (
    SELECT
        counted.term_number,
        (hash(number.term) >> 24)::BIGINT AS code,
        least(1023, greatest(1, round(16 * log2(total.cases / counted.cases))))::BIGINT AS sixteenths
    FROM work.linkage_term_count AS counted
    INNER JOIN work.term_number AS number
        ON counted.term_number = number.term_number
    CROSS JOIN total
),

substance AS (
    SELECT
        given.case_id,
        list_reverse_sort(list(weight.sixteenths << 40 | weight.code)) AS substances,
        sum(weight.sixteenths)::BIGINT AS substance_sixteenths,
        max(weight.sixteenths << 40 | weight.code, 2) FILTER (WHERE given.role_rank <= 2) AS suspects
    FROM work.case_substance AS given
    SEMI JOIN work.linkage_told AS told
        ON given.case_id = told.case_id
    INNER JOIN substance_weight AS weight
        ON given.substance_number = weight.substance_number
    GROUP BY given.case_id
),

term AS (
    SELECT
        reported.case_id,
        list_reverse_sort(list(weight.sixteenths << 40 | weight.code)) AS terms,
        sum(weight.sixteenths)::BIGINT AS term_sixteenths
    FROM work.case_term AS reported
    SEMI JOIN work.linkage_told AS told
        ON reported.case_id = told.case_id
    INNER JOIN term_weight AS weight
        ON reported.term_number = weight.term_number
    GROUP BY reported.case_id
),

common_country AS (
    SELECT counted.country
    FROM work.linkage_country_count AS counted
    CROSS JOIN total
    WHERE counted.country IS NOT NULL AND counted.cases > 0.05 * total.cases
)

SELECT
    told.*,
    coalesce(told.country IN (SELECT common_country.country FROM common_country), FALSE) AS is_common_country,
    substance.substances,
    substance.substance_sixteenths,
    substance.substances[1:2] AS rare_substances,
    coalesce(substance.suspects, rare_substances) AS rare_suspects,
    term.terms,
    term.term_sixteenths,
    term.terms[1:2] AS rare_terms,
    rare_suspects[1] & 1099511627775 AS main_substance,
    rare_terms[1] & 1099511627775 AS main_term,
    told.case_id IN (SELECT universe.case_id FROM work.universe AS universe) AS is_in_universe,
    (told.sex IS NOT NULL)::TINYINT
    + (told.age_years IS NOT NULL)::TINYINT
    + (told.weight_kg IS NOT NULL)::TINYINT
    + (told.country IS NOT NULL)::TINYINT
    + (told.event_date IS NOT NULL)::TINYINT
    + coalesce(told.event_precision = 'day', FALSE)::TINYINT AS given_fields,
    coalesce(len(substance.substances), 0) + coalesce(len(term.terms), 0) AS given_rows
FROM work.linkage_told AS told
LEFT JOIN substance
    ON told.case_id = substance.case_id
LEFT JOIN term
    ON told.case_id = term.case_id
