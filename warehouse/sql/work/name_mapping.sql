-- How each name came to an ingredient. A name of several parts is mapped where all are, partly where some are.
WITH judged AS (
    SELECT
        named.drug_name_id,
        any_value(named.matched_field) AS matched_field,
        bool_or(named.is_reviewed) AS has_reviewed,
        bool_or(named.match_rule = 'listed') AS has_listed,
        bool_or(named.match_rule = 'dictionary') AS has_dictionary,
        bool_and(named.is_reviewed OR known.substance IS NOT NULL) AS is_whole,
        bool_or(named.is_reviewed OR known.substance IS NOT NULL) AS is_any,
        min(named.match_rule) AS first_rule,
        max(named.match_rule) AS last_rule
    FROM core.drug_name_substance AS named
    LEFT JOIN work.known_ingredient AS known
        ON named.substance = known.substance
    GROUP BY named.drug_name_id
)

SELECT
    drug_name_id,
    CASE
        WHEN matched_field = 'active_ingredient' THEN 'active_ingredient'
        WHEN NOT is_any THEN 'unmapped'
        WHEN NOT is_whole THEN 'partly'
        WHEN has_reviewed THEN 'reviewed_name'
        WHEN has_listed THEN 'listed_name'
        WHEN has_dictionary THEN 'dictionary'
        ELSE 'known_ingredient'
    END AS mapped_by,
    CASE WHEN first_rule = last_rule THEN first_rule ELSE 'several' END AS match_rule
FROM judged
