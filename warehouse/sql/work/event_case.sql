-- Cases of the universe by side effect, by narrowest definition: 1 single term, 2 label style, 3 broad.
WITH event AS (
    SELECT
        member.side_effect,
        reported.case_id,
        min(level.definition_rank) AS definition_rank
    FROM work.case_term AS reported
    INNER JOIN work.term_number AS number
        ON reported.term_number = number.term_number
    INNER JOIN core.side_effect_term AS member
        ON number.term = member.term
    INNER JOIN work.definition AS level
        ON member.definition = level.definition
    GROUP BY member.side_effect, reported.case_id
)

SELECT
    event.side_effect,
    event.definition_rank,
    counted.*
FROM event
INNER JOIN work.case_profile AS counted
    ON event.case_id = counted.case_id
