-- Cases with a studied exposure and one that it is compared with, by weaker role and profile.
SELECT
    exposure,
    comparator,
    role_rank,
    coalesce(context_profile, choice_profile, stratum_profile, region_profile, reporter_profile) AS profile,
    count(*) AS cases
FROM work.both_exposed_case
GROUP BY GROUPING SETS (
    (exposure, comparator, role_rank, context_profile),
    (exposure, comparator, role_rank, choice_profile),
    (exposure, comparator, role_rank, stratum_profile),
    (exposure, comparator, role_rank, region_profile),
    (exposure, comparator, role_rank, reporter_profile)
)
