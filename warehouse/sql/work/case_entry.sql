-- The quarter in which each case of the universe was first seen, whatever became of that sighting.
SELECT
    sighting.case_id,
    min(sighting.quarter) AS quarter
FROM work.sighting AS sighting
SEMI JOIN work.universe AS universe
    ON sighting.case_id = universe.case_id
GROUP BY sighting.case_id
