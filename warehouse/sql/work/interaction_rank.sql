-- Cases by asked exposure, group or both, and role.
SELECT
    exposure,
    interaction_group,
    role_rank,
    count(*) AS cases
FROM work.interaction_case
GROUP BY exposure, interaction_group, role_rank
