SELECT side_effect, definition, string_agg(term, '; ' ORDER BY term) AS terms, count(*) AS term_count
FROM core.side_effect_term
GROUP BY side_effect, definition
ORDER BY side_effect, definition
