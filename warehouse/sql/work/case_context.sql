-- The context of every case with a usable indication: the first by rank among those of its suspect drugs, and where
-- these say nothing, among all of the report. Which drug an indication belongs to is looked up only where a case has
-- indications of several ranks: with one rank, both readings give it.
WITH usable AS (
    SELECT
        indication.case_id,
        indication.drug_sequence,
        level.context_rank
    FROM core.report_indication AS indication
    INNER JOIN core.indication_context AS matched
        ON indication.reported_indication = matched.reported_indication
    INNER JOIN work.context_rank AS level
        ON matched.context = level.context
    WHERE matched.context <> 'unknown'
),

whole AS (
    SELECT
        case_id,
        min(context_rank) AS first_rank,
        max(context_rank) AS last_rank
    FROM usable
    GROUP BY case_id
),

mixed AS (
    SELECT case_id
    FROM whole
    WHERE first_rank < last_rank
),

suspect AS (
    SELECT
        drug.case_id,
        drug.drug_sequence
    FROM core.report_drug AS drug
    SEMI JOIN mixed
        ON drug.case_id = mixed.case_id
    WHERE drug.role IN ('PS', 'SS')
),

told AS (
    SELECT
        usable.case_id,
        min(usable.context_rank) AS first_rank
    FROM usable
    SEMI JOIN suspect
        ON
            usable.case_id = suspect.case_id
            AND usable.drug_sequence = suspect.drug_sequence
    GROUP BY usable.case_id
)

SELECT
    whole.case_id,
    level.context
FROM whole
LEFT JOIN told
    ON whole.case_id = told.case_id
INNER JOIN work.context_rank AS level
    ON coalesce(told.first_rank, whole.first_rank) = level.context_rank
