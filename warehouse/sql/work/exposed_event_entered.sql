-- Cases of studied exposures with a side effect by the quarter in which they enter.
SELECT
    exposed.exposure,
    exposed.role_rank,
    event.side_effect,
    event.definition_rank,
    entry.quarter,
    count(*) AS cases
FROM work.exposed_case AS exposed
INNER JOIN core.exposure AS studied
    ON exposed.exposure = studied.exposure
INNER JOIN work.event_case AS event
    ON exposed.case_id = event.case_id
INNER JOIN work.case_entry AS entry
    ON exposed.case_id = entry.case_id
WHERE studied.is_studied
GROUP BY exposed.exposure, exposed.role_rank, event.side_effect, event.definition_rank, entry.quarter
