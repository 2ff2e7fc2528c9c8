-- Exposed cases with the side effect, by strongest role, narrowest definition and profile; with how serious they were.
SELECT
    exposed.exposure,
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
    count(*) AS cases,
    count(*) FILTER (WHERE report.is_serious) AS serious,
    count(*) FILTER (WHERE report.is_death) AS death,
    count(*) FILTER (WHERE report.is_hospitalisation) AS hospitalisation
FROM work.exposed_case AS exposed
INNER JOIN work.event_case AS event
    ON exposed.case_id = event.case_id
INNER JOIN core.report AS report
    ON exposed.case_id = report.case_id
GROUP BY GROUPING SETS (
    (exposed.exposure, exposed.role_rank, event.side_effect, event.definition_rank, exposed.context_profile),
    (exposed.exposure, exposed.role_rank, event.side_effect, event.definition_rank, exposed.choice_profile),
    (exposed.exposure, exposed.role_rank, event.side_effect, event.definition_rank, exposed.stratum_profile),
    (exposed.exposure, exposed.role_rank, event.side_effect, event.definition_rank, exposed.region_profile),
    (exposed.exposure, exposed.role_rank, event.side_effect, event.definition_rank, exposed.reporter_profile)
)
