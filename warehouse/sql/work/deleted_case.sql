-- Cases whose last deletion is not older than their last sighting; a later sighting brings a case back.
WITH last_list AS (
    SELECT
        case_id,
        max(quarter) AS quarter
    FROM staged.deleted_case
    GROUP BY case_id
),

last_sighting AS (
    SELECT
        version.case_id,
        max(version.quarter) AS quarter
    FROM work.version AS version
    SEMI JOIN last_list
        ON version.case_id = last_list.case_id
    GROUP BY version.case_id
)

SELECT last_list.case_id
FROM last_list
INNER JOIN last_sighting
    ON last_list.case_id = last_sighting.case_id
WHERE last_list.quarter >= last_sighting.quarter
