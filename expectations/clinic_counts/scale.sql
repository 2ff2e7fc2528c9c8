SELECT
    count(*) FILTER (WHERE v.session_id NOT IN (
        SELECT s.session_id FROM session AS s
        WHERE s.session_id IS NOT NULL
    ))
        AS without_session,
    count(*) FILTER (WHERE v.score > l.maximum) AS score_above_scale
FROM scale AS v
LEFT JOIN scale_limit AS l ON v.scale = l.scale
