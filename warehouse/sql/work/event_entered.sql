-- Cases with a side effect by narrowest definition and the quarter in which they enter.
SELECT
    event.side_effect,
    event.definition_rank,
    entry.quarter,
    count(*) AS cases
FROM work.event_case AS event
INNER JOIN work.case_entry AS entry
    ON event.case_id = entry.case_id
GROUP BY event.side_effect, event.definition_rank, entry.quarter
