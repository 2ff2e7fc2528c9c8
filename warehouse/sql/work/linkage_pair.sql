-- Pairs of cases to be compared, each once.
WITH member AS (
    SELECT
        keyed.case_id,
        keyed.rule,
        keyed.value
    FROM work.linkage_key AS keyed
    SEMI JOIN work.linkage_block AS block
        ON
            keyed.rule = block.rule
            AND keyed.value = block.value
)

SELECT
    one.case_id AS case_l,
    other.case_id AS case_r,
    bit_or(1 << one.rule::INTEGER) AS rules
FROM member AS one
INNER JOIN member AS other
    ON
        one.rule = other.rule
        AND one.value = other.value
        AND one.case_id < other.case_id
GROUP BY one.case_id, other.case_id
