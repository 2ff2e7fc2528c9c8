SELECT repair, sum(line_count)::BIGINT AS line_count, count(DISTINCT quarter) AS quarter_count
FROM meta.repair
GROUP BY repair
ORDER BY line_count DESC, repair
