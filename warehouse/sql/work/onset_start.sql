-- The earliest complete start date of each exposure in a case with a side effect, by role scope: of the courses of its
-- drugs in that role. No row where no start is given at all; start_date is null where all that are given are partial.
WITH course AS (
    SELECT
        member.exposure,
        drug.case_id,
        CASE drug.role WHEN 'PS' THEN 1 ELSE 2 END AS role_rank,
        therapy.start_date,
        therapy.start_date_precision
    FROM core.report_drug AS drug
    INNER JOIN core.drug_name_substance AS named
        ON drug.drug_name_id = named.drug_name_id
    INNER JOIN core.exposure_substance AS member
        ON named.substance = member.substance
    INNER JOIN core.report_therapy AS therapy
        ON
            drug.case_id = therapy.case_id
            AND drug.drug_sequence = therapy.drug_sequence
    SEMI JOIN work.event_case AS event
        ON drug.case_id = event.case_id
    WHERE drug.role IN ('PS', 'SS') AND therapy.start_date IS NOT NULL
)

SELECT
    course.exposure,
    course.case_id,
    scope.role_scope,
    min(course.start_date) FILTER (WHERE course.start_date_precision = 'day') AS start_date
FROM course
INNER JOIN work.role_scope AS scope
    ON course.role_rank <= scope.role_rank
WHERE scope.role_scope <> 'any'
GROUP BY course.exposure, course.case_id, scope.role_scope
