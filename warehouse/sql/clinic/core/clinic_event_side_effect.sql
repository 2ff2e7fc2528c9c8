SELECT
    session_key,
    source_line,
    side_effect
FROM clinic.core.clinic_event
WHERE side_effect IS NOT NULL
UNION
SELECT
    event.session_key,
    event.source_line,
    member.side_effect
FROM clinic.core.clinic_event AS event
INNER JOIN core.side_effect_term AS member
    ON event.term = member.term AND member.definition <> 'broad'
