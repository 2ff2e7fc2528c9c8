-- Cases of the universe with all that they are counted by.
WITH esketamine AS (
    SELECT given.case_id
    FROM work.case_substance AS given
    INNER JOIN work.substance_number AS number
        ON given.substance_number = number.substance_number
    WHERE number.substance = 'esketamine'
)

SELECT
    report.case_id,
    report.context,
    report.route_group,
    report.is_probable_duplicate,
    report.is_literature,
    report.is_professional,
    report.is_serious,
    esketamine.case_id IS NOT NULL AS is_with_esketamine,
    CASE WHEN report.sex IN ('F', 'M') THEN report.sex ELSE 'unknown' END AS sex,
    report.age_group,
    report.period,
    report.region,
    report.reporter_group
FROM core.report AS report
LEFT JOIN esketamine
    ON report.case_id = esketamine.case_id
WHERE report.is_in_universe
