-- Cases that tell another one's story to the letter: the same sex, age, day of the event and country, all given, the
-- same substances and the same terms. The lowest case number stays and is not listed.
WITH described AS (
    SELECT
        current_report.case_id,
        report.sex,
        report.age_years,
        report.event_date,
        coalesce(report.occurrence_country, report.reporter_country) AS country
    FROM staged.report AS report
    INNER JOIN work.current_report AS current_report
        ON
            report.quarter = current_report.quarter
            AND report.source_line = current_report.source_line
            AND report.source_part = current_report.source_part
    SEMI JOIN work.universe AS universe
        ON current_report.case_id = universe.case_id
    WHERE
        report.event_date IS NOT NULL
        AND report.event_date_precision = 'day'
        AND report.sex IN ('F', 'M')
        AND report.age_years IS NOT NULL
        AND coalesce(report.occurrence_country, report.reporter_country) IS NOT NULL
),

alike AS (
    SELECT *
    FROM described
    QUALIFY count(*) OVER (PARTITION BY sex, age_years, event_date, country) > 1
),

-- Two sums of hashes over a set stand for the set, whatever its order.
substances AS (
    SELECT
        given.case_id,
        count(*) AS number,
        bit_xor(hash(given.substance_number)) AS mixed,
        sum(hash(given.substance_number, 1)) AS summed
    FROM work.case_substance AS given
    SEMI JOIN alike
        ON given.case_id = alike.case_id
    GROUP BY given.case_id
),

terms AS (
    SELECT
        reported.case_id,
        count(*) AS number,
        bit_xor(hash(reported.term_number)) AS mixed,
        sum(hash(reported.term_number, 1)) AS summed
    FROM work.case_term AS reported
    SEMI JOIN alike
        ON reported.case_id = alike.case_id
    GROUP BY reported.case_id
)

SELECT alike.case_id
FROM alike
INNER JOIN substances
    ON alike.case_id = substances.case_id
INNER JOIN terms
    ON alike.case_id = terms.case_id
QUALIFY row_number() OVER (
    PARTITION BY
        alike.sex, alike.age_years, alike.event_date, alike.country,
        substances.number, substances.mixed, substances.summed,
        terms.number, terms.mixed, terms.summed
    ORDER BY alike.case_id
) > 1
