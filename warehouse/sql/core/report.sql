-- The current version of every case that is not deleted.
WITH outcome AS (
    SELECT
        case_id,
        TRUE AS is_serious,
        coalesce(bool_or(outcome = 'DE'), FALSE) AS is_death,
        coalesce(bool_or(outcome = 'HO'), FALSE) AS is_hospitalisation
    FROM core.report_outcome
    WHERE outcome IS NOT NULL
    GROUP BY case_id
),

literature AS (
    SELECT DISTINCT case_id
    FROM core.report_source
    WHERE source_type = 'LIT'
)

SELECT
    report.* EXCLUDE (case_id, report_id, quarter, source_line, source_part),
    current_report.case_id,
    current_report.report_id,
    current_report.quarter,
    current_report.source_line,
    current_report.source_part,
    universe.case_id IS NOT NULL AS is_in_universe,
    coalesce(outcome.is_serious, FALSE) AS is_serious,
    coalesce(outcome.is_death, FALSE) AS is_death,
    coalesce(outcome.is_hospitalisation, FALSE) AS is_hospitalisation,
    literature.case_id IS NOT NULL OR report.literature_reference IS NOT NULL AS is_literature,
    coalesce(report.reporter_occupation IN ('MD', 'PH', 'OT', 'HP', 'RN'), FALSE) AS is_professional
FROM staged.report AS report
INNER JOIN work.current_report AS current_report
    ON
        report.quarter = current_report.quarter
        AND report.source_line = current_report.source_line
        AND report.source_part = current_report.source_part
LEFT JOIN work.universe AS universe
    ON current_report.case_id = universe.case_id
LEFT JOIN outcome
    ON current_report.case_id = outcome.case_id
LEFT JOIN literature
    ON current_report.case_id = literature.case_id
