-- Cases with a studied exposure and one that it is compared with; in scope where both roles are.
SELECT
    compared.comparator,
    greatest(studied.role_rank, other.role_rank) AS role_rank,
    studied.* EXCLUDE (role_rank)
FROM work.exposed_case AS studied
INNER JOIN work.compared AS compared
    ON studied.exposure = compared.exposure
INNER JOIN work.exposed_case AS other
    ON
        studied.case_id = other.case_id
        AND compared.comparator = other.exposure
