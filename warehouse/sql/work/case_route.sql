-- The route group of every case with a suspect drug. Where a studied substance is suspect, its rows alone speak, so
-- that no case of ketamine is filed under the route of another drug; else the primary suspect's, then the other
-- suspects'. Of several known groups the first by rank.
WITH told AS (
    SELECT
        drug.case_id,
        bool_or(studied.drug_name_id IS NOT NULL) AS has_studied,
        min(level.route_rank) FILTER (WHERE studied.drug_name_id IS NOT NULL) AS studied_rank,
        min(level.route_rank) FILTER (WHERE drug.role = 'PS') AS primary_rank,
        min(level.route_rank) AS suspect_rank
    FROM core.report_drug AS drug
    LEFT JOIN work.studied_name AS studied
        ON drug.drug_name_id = studied.drug_name_id
    LEFT JOIN core.route_group AS matched
        ON
            drug.route = matched.route
            AND matched.route_group <> 'unknown'
    LEFT JOIN work.route_rank AS level
        ON matched.route_group = level.route_group
    WHERE drug.role IN ('PS', 'SS')
    GROUP BY drug.case_id
)

SELECT
    told.case_id,
    level.route_group
FROM told
INNER JOIN work.route_rank AS level
    ON
        CASE
            WHEN told.has_studied THEN told.studied_rank
            ELSE coalesce(told.primary_rank, told.suspect_rank)
        END = level.route_rank
