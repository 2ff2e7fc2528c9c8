-- reports(substance, term, role_scope := 'suspect')
-- The cases with a substance and a preferred term, one row each, with the zip, the files in it and the lines that they
-- come from. No row means no such report. Optional: role_scope := 'primary_suspect', 'suspect' or 'any'.
WITH asked AS MATERIALIZED (
    SELECT
        drug.substance,
        event.term,
        choice.role_scope
    FROM known_substance(substance) AS drug
    CROSS JOIN known_term(term) AS event
    CROSS JOIN known_choice(role_scope, 'label_style', 'all', 'kept') AS choice
    -- It is one row anyway; the limit tells DuckDB so, which else expects many and puts all cases in a hash table.
    ORDER BY drug.substance
    LIMIT 1
),

chosen AS MATERIALIZED (
    SELECT
        given.case_id,
        CASE
            WHEN given.is_primary_suspect THEN 'PS'
            WHEN given.is_suspect THEN 'SS'
            ELSE 'C or I'
        END AS role
    FROM core.report_substance AS given
    INNER JOIN asked
        ON given.substance = asked.substance
    INNER JOIN core.report_term AS reported
        ON
            given.case_id = reported.case_id
            AND asked.term = reported.term
    WHERE
        CASE asked.role_scope
            WHEN 'primary_suspect' THEN given.is_primary_suspect
            WHEN 'suspect' THEN given.is_suspect
            ELSE TRUE
        END
),

-- Names and terms first: they leave few rows to look up cases for.
published AS MATERIALIZED (
    SELECT
        named.drug_name_id,
        name.reported_drug_name
    FROM core.drug_name_substance AS named
    INNER JOIN asked
        ON named.substance = asked.substance
    INNER JOIN core.drug_name AS name
        ON named.drug_name_id = name.drug_name_id
),

drug_row AS MATERIALIZED (
    SELECT
        given.case_id,
        given.source_line,
        published.reported_drug_name
    FROM core.report_drug AS given
    INNER JOIN published
        ON given.drug_name_id = published.drug_name_id
    WHERE given.role IN ('PS', 'SS', 'C', 'I')
),

drug AS (
    SELECT
        drug_row.case_id,
        list(DISTINCT drug_row.reported_drug_name ORDER BY drug_row.reported_drug_name) AS reported_drug_names,
        list(drug_row.source_line ORDER BY drug_row.source_line) AS drug_lines
    FROM drug_row
    INNER JOIN chosen
        ON drug_row.case_id = chosen.case_id
    GROUP BY drug_row.case_id
),

reaction_row AS MATERIALIZED (
    SELECT
        reported.case_id,
        reported.source_line
    FROM core.report_reaction AS reported
    INNER JOIN asked
        ON reported.term = asked.term
),

reaction AS (
    SELECT
        reaction_row.case_id,
        list(reaction_row.source_line ORDER BY reaction_row.source_line) AS reaction_lines
    FROM reaction_row
    INNER JOIN chosen
        ON reaction_row.case_id = chosen.case_id
    GROUP BY reaction_row.case_id
),

outcome AS (
    SELECT
        ended.case_id,
        list(DISTINCT ended.outcome ORDER BY ended.outcome) AS outcomes
    FROM core.report_outcome AS ended
    INNER JOIN chosen
        ON ended.case_id = chosen.case_id
    WHERE ended.outcome IS NOT NULL
    GROUP BY ended.case_id
),

member AS (
    SELECT
        account.quarter,
        max(account.source_member) FILTER (WHERE account.table_name = 'report') AS report_member,
        max(account.source_member) FILTER (WHERE account.table_name = 'report_drug') AS drug_member,
        max(account.source_member) FILTER (WHERE account.table_name = 'report_reaction') AS reaction_member
    FROM meta.line_account AS account
    GROUP BY account.quarter
)

SELECT
    report.case_id,
    report.report_id,
    report.quarter,
    zip.file_name,
    member.report_member AS source_member,
    report.source_line,
    report.source_part,
    report.fda_received_date,
    report.event_date,
    report.event_date_precision,
    coalesce(report.occurrence_country, report.reporter_country) AS country,
    report.sex,
    report.age_years,
    chosen.role,
    drug.reported_drug_names,
    outcome.outcomes,
    member.drug_member,
    drug.drug_lines,
    member.reaction_member,
    reaction.reaction_lines
FROM chosen
INNER JOIN core.report AS report
    ON chosen.case_id = report.case_id
LEFT JOIN drug
    ON chosen.case_id = drug.case_id
LEFT JOIN reaction
    ON chosen.case_id = reaction.case_id
LEFT JOIN outcome
    ON chosen.case_id = outcome.case_id
LEFT JOIN member
    ON report.quarter = member.quarter
LEFT JOIN meta.source_file AS zip
    ON
        report.quarter = zip.quarter
        AND zip.is_in_build
ORDER BY report.quarter, report.source_line, report.source_part
