-- Sightings whose report number also stands under another case; the latest sighting says whose report it is.
WITH claimed AS (
    SELECT
        is_faers,
        report_id
    FROM work.sighting
    GROUP BY is_faers, report_id
    HAVING count(DISTINCT case_id) > 1
),

claim AS (
    SELECT
        sighting.quarter,
        sighting.source_line,
        sighting.source_part,
        sighting.case_id,
        first_value(sighting.case_id) OVER (
            PARTITION BY sighting.is_faers, sighting.report_id
            ORDER BY sighting.fda_received_date DESC NULLS LAST, sighting.quarter DESC, sighting.case_id DESC
        ) AS kept_case_id
    FROM work.sighting AS sighting
    SEMI JOIN claimed
        ON
            sighting.is_faers = claimed.is_faers
            AND sighting.report_id = claimed.report_id
)

SELECT
    quarter,
    source_line,
    source_part,
    case_id
FROM claim
WHERE case_id <> kept_case_id
