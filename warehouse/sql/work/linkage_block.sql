-- Groups of cases that share a value, as long as they are small: of each rule the smallest ones, up to one pair a
-- case, so that pairs grow no faster than cases. A value that many share says little; rarer ones bring the same cases
-- together.
WITH block AS (
    SELECT
        rule,
        value,
        count(*) AS cases
    FROM work.linkage_key
    GROUP BY rule, value
    HAVING count(*) > 1
),

size AS (
    SELECT
        rule,
        cases,
        sum(count(*) * cases * (cases - 1) / 2) OVER (PARTITION BY rule ORDER BY cases) AS pairs
    FROM block
    GROUP BY rule, cases
),

total AS (
    SELECT count(*) AS cases
    FROM work.linkage_case
)

SELECT block.*
FROM block
INNER JOIN size
    ON
        block.rule = size.rule
        AND block.cases = size.cases
CROSS JOIN total
WHERE size.pairs <= total.cases AND block.cases <= 100
