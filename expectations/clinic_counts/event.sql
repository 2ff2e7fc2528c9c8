SELECT
    count(*) FILTER (WHERE session_id NOT IN (
        SELECT s.session_id FROM session AS s
        WHERE s.session_id IS NOT NULL
    ))
        AS without_session,
    count(*) FILTER (WHERE coalesce(side_effect, term) IS NULL) AS without_side_effect,
    count(*) FILTER (
        WHERE side_effect IS NOT NULL AND term IS NOT NULL
        AND (side_effect, term) NOT IN (SELECT (t.side_effect, t.term) FROM side_effect_term AS t)
    ) AS term_of_other_side_effect,
    count(*) FILTER (WHERE resolved_minute < onset_minute) AS resolved_before_onset,
    count(*) FILTER (WHERE outcome = 'fatal' AND NOT serious) AS fatal_not_serious
FROM event
