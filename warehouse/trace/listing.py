"""The cases of a count, one row each, with the zip, the files in it and the lines that they come from."""

from __future__ import annotations

import duckdb

from warehouse.asking import Answer, ask
from warehouse.trace.questions import Question

_ROLES = {
    "primary_suspect": "('PS')",
    "suspect": "('PS', 'SS')",
    "any": "('PS', 'SS', 'C', 'I')",
}


def list_cases(connection: duckdb.DuckDBPyConnection, cases: str, question: Question, limit: int) -> Answer:
    """Grain: case, in the order of the files.

    ``drug_lines`` are the rows of the substances that are asked for, in the roles that make an exposure;
    ``reaction_lines`` those of the terms that make the event. A case without them has none.

    Args:
        connection: A published file.
        cases: SELECT of ``case_id``.
        question: What the cases were found by.
        limit: Most cases; 0 is all.
    """
    names, scope = question.marked["substance"]
    terms, _ = question.marked["term"]
    return ask(
        connection,
        f"""
        WITH chosen AS MATERIALIZED (
            SELECT report.*
            FROM core.report AS report
            WHERE report.case_id IN ({cases})
            ORDER BY report.quarter, report.source_line, report.source_part
            {f"LIMIT {limit}" if limit else ""}
        ),

        published AS MATERIALIZED (
            SELECT DISTINCT named.drug_name_id
            FROM core.drug_name_substance AS named
            WHERE named.substance IN ({names})
        ),

        drug AS (
            SELECT given.case_id, list(given.source_line ORDER BY given.source_line) AS drug_lines
            FROM core.report_drug AS given
            WHERE
                given.case_id IN (SELECT case_id FROM chosen)
                AND given.drug_name_id IN (SELECT drug_name_id FROM published)
                AND given.role IN {_ROLES[scope]}
            GROUP BY given.case_id
        ),

        reaction AS (
            SELECT reported.case_id, list(reported.source_line ORDER BY reported.source_line) AS reaction_lines
            FROM core.report_reaction AS reported
            WHERE reported.case_id IN (SELECT case_id FROM chosen) AND reported.term IN ({terms})
            GROUP BY reported.case_id
        ),

        member AS ({MEMBERS})

        SELECT
            chosen.case_id,
            chosen.report_id,
            chosen.quarter,
            zip.file_name AS zip,
            member.report AS member,
            chosen.source_line AS line,
            chosen.source_part AS part,
            member.report_drug AS drug_member,
            drug.drug_lines,
            member.report_reaction AS reaction_member,
            reaction.reaction_lines
        FROM chosen
        LEFT JOIN drug ON chosen.case_id = drug.case_id
        LEFT JOIN reaction ON chosen.case_id = reaction.case_id
        LEFT JOIN member ON chosen.quarter = member.quarter
        LEFT JOIN meta.source_file AS zip ON chosen.quarter = zip.quarter AND zip.is_in_build
        ORDER BY chosen.quarter, chosen.source_line, chosen.source_part
        """,
    )


MEMBERS = """
    PIVOT_WIDER (SELECT quarter, table_name, source_member FROM meta.line_account)
    ON table_name IN ('report', 'report_drug', 'report_reaction') USING max(source_member) GROUP BY quarter
"""
"""File inside the zip of each quarter, a column per table."""
