-- Cases of the universe by profile.
SELECT
    coalesce(context_profile, choice_profile, stratum_profile, region_profile, reporter_profile) AS profile,
    count(*) AS cases
FROM work.case_profile
GROUP BY GROUPING SETS (
    (context_profile),
    (choice_profile),
    (stratum_profile),
    (region_profile),
    (reporter_profile)
)
