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
    report.* EXCLUDE (case_id, report_id, quarter, source_line, source_part, age_group),
    report.age_group AS age_group_reported,
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
    coalesce(report.reporter_occupation IN ('MD', 'PH', 'OT', 'HP', 'RN'), FALSE) AS is_professional,
    exact_duplicate.case_id IS NOT NULL AS is_exact_duplicate,
    probable_duplicate.case_id IS NOT NULL AS is_probable_duplicate,
    coalesce(case_context.context, 'unknown') AS context,
    coalesce(case_route.route_group, 'unknown') AS route_group,
    CASE
        WHEN report.age_years < 18 THEN 'under_18'
        WHEN report.age_years < 45 THEN '18_44'
        WHEN report.age_years < 65 THEN '45_64'
        WHEN report.age_years < 75 THEN '65_74'
        WHEN report.age_years >= 75 THEN '75_and_over'
        WHEN report.age_group IN ('N', 'I', 'C', 'T') THEN 'under_18'
        ELSE 'unknown'
    END AS age_group,
    CASE
        WHEN current_report.quarter < '2009q1' THEN '2004_2008'
        WHEN current_report.quarter < '2014q1' THEN '2009_2013'
        WHEN current_report.quarter < '2019q1' THEN '2014_2018'
        WHEN current_report.quarter < '2024q1' THEN '2019_2023'
        ELSE '2024_and_later'
    END AS period,
    coalesce(occurrence.region, reporter.region, 'unknown') AS region,
    CASE
        WHEN report.reporter_occupation IN ('MD', 'PH', 'OT', 'HP', 'RN') THEN 'health_professional'
        WHEN report.reporter_occupation = 'CN' THEN 'consumer'
        WHEN report.reporter_occupation = 'LW' THEN 'lawyer'
        ELSE 'unknown'
    END AS reporter_group
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
LEFT JOIN work.exact_duplicate AS exact_duplicate
    ON current_report.case_id = exact_duplicate.case_id
LEFT JOIN work.probable_duplicate AS probable_duplicate
    ON current_report.case_id = probable_duplicate.case_id
LEFT JOIN work.case_context AS case_context
    ON current_report.case_id = case_context.case_id
LEFT JOIN work.case_route AS case_route
    ON current_report.case_id = case_route.case_id
LEFT JOIN work.region AS occurrence
    ON report.occurrence_country = occurrence.country_code
LEFT JOIN work.region AS reporter
    ON report.reporter_country = reporter.country_code
