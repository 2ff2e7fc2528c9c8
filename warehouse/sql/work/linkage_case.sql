-- What linkage compares: one row per case that counts, with its substances and terms as numbers that carry their
-- own weight. A number is a hash of the name in the last forty binary digits, and before them sixteenths of a bit of
-- its rarity, so that what two cases share weighs the sum of the numbers that they share without their last forty
-- digits, and the greatest number is the rarest.
WITH wanted AS MATERIALIZED (
    SELECT current_report.*
    FROM work.current_report AS current_report
    CROSS JOIN work.linkage_scope AS scope
    WHERE
        scope.is_everyone
        OR current_report.case_id IN (SELECT reviewed.case_id FROM work.linkage_reviewed_case AS reviewed)
),

total AS (
    SELECT count(*)::DOUBLE AS cases
    FROM wanted
),

substance_weight AS (
    SELECT
        given.substance_number,
        any_value(hash(number.substance) >> 24)::BIGINT AS code,
        least(1023, greatest(1, round(16 * log2(max(total.cases) / count(*)))))::BIGINT AS sixteenths
    FROM work.case_substance AS given
    INNER JOIN work.substance_number AS number
        ON given.substance_number = number.substance_number
    SEMI JOIN wanted
        ON given.case_id = wanted.case_id
    CROSS JOIN total
    GROUP BY given.substance_number
),

term_weight AS (
    SELECT
        reported.term_number,
        any_value(hash(number.term) >> 24)::BIGINT AS code,
        least(1023, greatest(1, round(16 * log2(max(total.cases) / count(*)))))::BIGINT AS sixteenths
    FROM work.case_term AS reported
    INNER JOIN work.term_number AS number
        ON reported.term_number = number.term_number
    SEMI JOIN wanted
        ON reported.case_id = wanted.case_id
    CROSS JOIN total
    GROUP BY reported.term_number
),

substance AS (
    SELECT
        given.case_id,
        list_reverse_sort(list(weight.sixteenths << 40 | weight.code)) AS substances,
        sum(weight.sixteenths)::BIGINT AS substance_sixteenths,
        max(weight.sixteenths << 40 | weight.code, 2) FILTER (WHERE given.role_rank <= 2) AS suspects
    FROM work.case_substance AS given
    SEMI JOIN wanted
        ON given.case_id = wanted.case_id
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
    SEMI JOIN wanted
        ON reported.case_id = wanted.case_id
    INNER JOIN term_weight AS weight
        ON reported.term_number = weight.term_number
    GROUP BY reported.case_id
),

told AS (
    SELECT
        wanted.case_id,
        CASE WHEN report.sex IN ('F', 'M') THEN report.sex END AS sex,
        report.age_years,
        report.weight_kg,
        report.event_date,
        report.event_date_precision AS event_precision,
        coalesce(report.occurrence_country, report.reporter_country) AS country,
        -- Without punctuation: the same number is written with other dashes and blanks.
        CASE
            WHEN length(regexp_extract(report.manufacturer_number, '[0-9].*')) >= 4
                THEN hash(upper(regexp_replace(report.manufacturer_number, '[^A-Za-z0-9]', '', 'g')))
        END AS manufacturer_number,
        CASE
            WHEN length(regexp_extract(report.authority_number, '[0-9].*')) >= 4
                THEN hash(upper(regexp_replace(report.authority_number, '[^A-Za-z0-9]', '', 'g')))
        END AS authority_number,
        CASE
            WHEN regexp_matches(report.manufacturer_sender, '[A-Za-z0-9]')
                THEN hash(upper(regexp_replace(report.manufacturer_sender, '[^A-Za-z0-9]', '', 'g')))
        END AS sender,
        list_sort(
            list_distinct(regexp_extract_all(lower(strip_accents(report.literature_reference)), '[a-z]{5,}'))
        ) AS words,
        coalesce(report.first_fda_received_date, report.fda_received_date) AS first_received_date
    FROM staged.report AS report
    INNER JOIN wanted
        ON
            report.quarter = wanted.quarter
            AND report.source_line = wanted.source_line
            AND report.source_part = wanted.source_part
),

common_country AS (
    SELECT told.country
    FROM told
    CROSS JOIN total
    WHERE told.country IS NOT NULL
    GROUP BY told.country
    HAVING count(*) > 0.05 * max(total.cases)
)

SELECT
    told.* EXCLUDE (words),
    common_country.country IS NOT NULL AS is_common_country,
    -- Words of five letters and more, whatever their order: companies quote the same article in many forms.
    CASE WHEN len(told.words) >= 4 THEN list_transform(told.words, LAMBDA word: hash(word)) END AS literature,
    substance.substances,
    substance.substance_sixteenths,
    substance.substances[1:2] AS rare_substances,
    coalesce(substance.suspects, rare_substances) AS rare_suspects,
    term.terms,
    term.term_sixteenths,
    term.terms[1:2] AS rare_terms,
    rare_suspects[1] & 1099511627775 AS main_substance,
    rare_terms[1] & 1099511627775 AS main_term,
    universe.case_id IS NOT NULL AS is_in_universe,
    (told.sex IS NOT NULL)::TINYINT
    + (told.age_years IS NOT NULL)::TINYINT
    + (told.weight_kg IS NOT NULL)::TINYINT
    + (told.country IS NOT NULL)::TINYINT
    + (told.event_date IS NOT NULL)::TINYINT
    + coalesce(told.event_precision = 'day', FALSE)::TINYINT AS given_fields,
    coalesce(len(substance.substances), 0) + coalesce(len(term.terms), 0) AS given_rows
FROM told
LEFT JOIN common_country
    ON told.country = common_country.country
LEFT JOIN substance
    ON told.case_id = substance.case_id
LEFT JOIN term
    ON told.case_id = term.case_id
LEFT JOIN work.universe AS universe
    ON told.case_id = universe.case_id
