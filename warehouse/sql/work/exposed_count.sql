-- Exposed cases by exposure and role scope, zero included.
WITH by_rank AS (
    SELECT
        exposure,
        role_rank,
        count(*) AS cases
    FROM work.exposed_case
    GROUP BY exposure, role_rank
)

SELECT
    exposure.exposure,
    scope.role_scope,
    coalesce(sum(by_rank.cases), 0)::BIGINT AS exposed_count
FROM core.exposure AS exposure
CROSS JOIN work.role_scope AS scope
LEFT JOIN by_rank
    ON
        exposure.exposure = by_rank.exposure
        AND scope.role_rank >= by_rank.role_rank
GROUP BY exposure.exposure, scope.role_scope
