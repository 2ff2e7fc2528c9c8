-- Excluded sightings by quarter and reason.
SELECT
    quarter,
    reason,
    count(*) AS sighting_count
FROM core.report_exclusion
GROUP BY quarter, reason
