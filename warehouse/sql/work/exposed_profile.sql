-- Exposed cases by exposure, strongest role and profile.
SELECT
    exposure,
    role_rank,
    coalesce(context_profile, choice_profile, stratum_profile, region_profile, reporter_profile) AS profile,
    count(*) AS cases
FROM work.exposed_case
GROUP BY GROUPING SETS (
    (exposure, role_rank, context_profile),
    (exposure, role_rank, choice_profile),
    (exposure, role_rank, stratum_profile),
    (exposure, role_rank, region_profile),
    (exposure, role_rank, reporter_profile)
)
