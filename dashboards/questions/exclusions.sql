SELECT quarter, reason, sighting_count
FROM meta.exclusion_count
ORDER BY quarter, reason
