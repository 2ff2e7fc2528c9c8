-- What the current report of each case to be compared says of the patient, the event and the sender; numbers of reports
-- and senders, and words of articles, as hashes.
WITH told AS (
    SELECT
        current_report.case_id,
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
    INNER JOIN work.current_report AS current_report
        ON
            report.quarter = current_report.quarter
            AND report.source_line = current_report.source_line
            AND report.source_part = current_report.source_part
    CROSS JOIN work.linkage_scope AS scope
    WHERE
        scope.is_everyone
        OR current_report.case_id IN (SELECT reviewed.case_id FROM work.linkage_reviewed_case AS reviewed)
)

SELECT
    * EXCLUDE (words),
    -- Words of five letters and more, whatever their order: companies quote the same article in many forms.
    CASE WHEN len(words) >= 4 THEN list_transform(words, LAMBDA word: hash(word)) END AS literature
FROM told
