-- The same with the side effect.
SELECT
    exposed.exposure,
    exposed.comparator,
    exposed.role_rank,
    event.side_effect,
    event.definition_rank,
    coalesce(
        exposed.context_profile,
        exposed.choice_profile,
        exposed.stratum_profile,
        exposed.region_profile,
        exposed.reporter_profile
    ) AS profile,
    count(*) AS cases
FROM work.both_exposed_case AS exposed
INNER JOIN work.event_case AS event
    ON exposed.case_id = event.case_id
GROUP BY GROUPING SETS (
    (exposed.exposure, exposed.comparator, exposed.role_rank, event.side_effect, event.definition_rank, exposed.context_profile),
    (exposed.exposure, exposed.comparator, exposed.role_rank, event.side_effect, event.definition_rank, exposed.choice_profile),
    (exposed.exposure, exposed.comparator, exposed.role_rank, event.side_effect, event.definition_rank, exposed.stratum_profile),
    (exposed.exposure, exposed.comparator, exposed.role_rank, event.side_effect, event.definition_rank, exposed.region_profile),
    (exposed.exposure, exposed.comparator, exposed.role_rank, event.side_effect, event.definition_rank, exposed.reporter_profile)
)
