-- Drug rows by the way in which their names came to an ingredient, per quarter and in all.
WITH counted AS (
    SELECT
        coalesce(row_count.quarter, 'all') AS quarter,
        coalesce(mapping.mapped_by, 'no_name') AS mapped_by,
        coalesce(mapping.match_rule, 'none') AS match_rule,
        sum(row_count.drug_row_count)::BIGINT AS drug_row_count,
        count(DISTINCT row_count.drug_name_id) AS name_count
    FROM work.name_row_count AS row_count
    LEFT JOIN work.name_mapping AS mapping
        ON row_count.drug_name_id = mapping.drug_name_id
    GROUP BY
        GROUPING SETS (
            (row_count.quarter, mapping.mapped_by, mapping.match_rule),
            (mapping.mapped_by, mapping.match_rule)
        )
)

SELECT
    quarter,
    mapped_by,
    match_rule,
    mapped_by NOT IN ('partly', 'unmapped', 'no_name') AS is_mapped,
    drug_row_count,
    drug_row_count / sum(drug_row_count) OVER (PARTITION BY quarter) AS drug_row_share,
    name_count
FROM counted
ORDER BY quarter, mapped_by, match_rule
