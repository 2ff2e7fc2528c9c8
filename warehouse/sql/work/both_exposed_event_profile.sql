-- The same with the side effect.
WITH paired AS (
    SELECT
        exposed.* EXCLUDE (case_id),
        event.side_effect,
        event.definition_rank
    FROM work.both_exposed_case AS exposed
    INNER JOIN work.event_case AS event
        ON exposed.case_id = event.case_id
)

SELECT
    exposure,
    comparator,
    role_rank,
    side_effect,
    definition_rank,
    coalesce(context_profile, choice_profile, stratum_profile, region_profile, reporter_profile) AS profile,
    count(*) AS cases
FROM paired
GROUP BY GROUPING SETS (
    (exposure, comparator, role_rank, side_effect, definition_rank, context_profile),
    (exposure, comparator, role_rank, side_effect, definition_rank, choice_profile),
    (exposure, comparator, role_rank, side_effect, definition_rank, stratum_profile),
    (exposure, comparator, role_rank, side_effect, definition_rank, region_profile),
    (exposure, comparator, role_rank, side_effect, definition_rank, reporter_profile)
)
