-- One row per exposure, role scope, side effect (narrowest definition) and case: days from start to event, if both are
-- complete, and which of four groups the case is in.
SELECT
    exposed.exposure,
    scope.role_scope,
    event.side_effect,
    event.definition_rank,
    exposed.case_id,
    CASE
        WHEN report.event_date IS NULL OR started.case_id IS NULL THEN 'missing'
        WHEN report.event_date_precision <> 'day' OR started.start_date IS NULL THEN 'partial'
        WHEN report.event_date < started.start_date THEN 'negative'
        ELSE 'with_dates'
    END AS dating,
    CASE WHEN report.event_date_precision = 'day' THEN report.event_date - started.start_date END AS days
FROM work.exposed_case AS exposed
INNER JOIN work.role_scope AS scope
    ON exposed.role_rank <= scope.role_rank
INNER JOIN work.event_case AS event
    ON exposed.case_id = event.case_id
INNER JOIN core.report AS report
    ON exposed.case_id = report.case_id
LEFT JOIN work.onset_start AS started
    ON
        exposed.exposure = started.exposure
        AND exposed.case_id = started.case_id
        AND scope.role_scope = started.role_scope
WHERE scope.role_scope <> 'any'
