-- Cases with the side effect by narrowest definition and profile.
SELECT
    side_effect,
    definition_rank,
    coalesce(context_profile, choice_profile, stratum_profile, region_profile, reporter_profile) AS profile,
    count(*) AS cases
FROM work.event_case
GROUP BY GROUPING SETS (
    (side_effect, definition_rank, context_profile),
    (side_effect, definition_rank, choice_profile),
    (side_effect, definition_rank, stratum_profile),
    (side_effect, definition_rank, region_profile),
    (side_effect, definition_rank, reporter_profile)
)
