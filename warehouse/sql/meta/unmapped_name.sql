-- The names that stand in most drug rows and are no known ingredient, after cleaning.
WITH unmapped AS (
    SELECT
        named.substance AS cleaned_name,
        row_count.quarter,
        name.reported_drug_name,
        sum(row_count.drug_row_count)::BIGINT AS drug_row_count
    FROM core.drug_name_substance AS named
    INNER JOIN work.name_mapping AS mapping
        ON named.drug_name_id = mapping.drug_name_id
    INNER JOIN work.name_row_count AS row_count
        ON named.drug_name_id = row_count.drug_name_id
    INNER JOIN core.drug_name AS name
        ON named.drug_name_id = name.drug_name_id
    ANTI JOIN work.known_ingredient AS known
        ON named.substance = known.substance
    WHERE mapping.mapped_by IN ('partly', 'unmapped') AND NOT named.is_reviewed
    GROUP BY named.substance, row_count.quarter, name.reported_drug_name
),

by_text AS (
    SELECT
        cleaned_name,
        reported_drug_name,
        sum(drug_row_count) AS drug_row_count,
        min(quarter) AS first_quarter,
        max(quarter) AS last_quarter
    FROM unmapped
    GROUP BY cleaned_name, reported_drug_name
),

by_name AS (
    SELECT
        cleaned_name,
        sum(drug_row_count)::BIGINT AS drug_row_count,
        count(*) AS reported_name_count,
        arg_max(reported_drug_name, (drug_row_count, reported_drug_name)) AS example_reported_name,
        min(first_quarter) AS first_quarter,
        max(last_quarter) AS last_quarter
    FROM by_text
    GROUP BY cleaned_name
)

SELECT
    row_number() OVER (ORDER BY drug_row_count DESC, cleaned_name ASC) AS place,
    cleaned_name,
    drug_row_count,
    drug_row_count / (SELECT sum(all_rows.drug_row_count) FROM work.reported_name AS all_rows) AS drug_row_share,
    reported_name_count,
    example_reported_name,
    first_quarter,
    last_quarter
FROM by_name
QUALIFY place <= 2000
ORDER BY place
