-- The quarter in which each case of the universe was first seen, whatever became of that sighting.
SELECT
    current_report.case_id,
    current_report.entry_quarter AS quarter
FROM work.current_report AS current_report
SEMI JOIN work.universe AS universe
    ON current_report.case_id = universe.case_id
