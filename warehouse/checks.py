"""Identities that a finished file must satisfy. Each is one query that counts what breaks it, and a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity: ``sql`` gives the number of rows or units that break it, so 0 is right."""

    name: str
    table: str
    sql: str
    sentence: str


IDENTITIES = (
    Identity(
        "sightings_are_cases_and_excluded",
        "core.report",
        """
        SELECT abs(
            (SELECT coalesce(sum(rows_loaded), 0) FROM meta.line_account WHERE table_name = 'report')
            - (SELECT count(*) FROM core.report) - (SELECT count(*) FROM core.report_exclusion)
        )
        """,
        "Every sighting is either the current version of a case or excluded with one reason.",
    ),
    Identity(
        "lines_are_accounted_for",
        "meta.line_account",
        """
        SELECT count(*) FROM meta.line_account
        WHERE lines_read <> rows_loaded + lines_rejected + lines_blank
            OR lines_read <> lines_in_file + lines_from_splits
        """,
        "Lines read are rows loaded, lines rejected and blank lines.",
    ),
    Identity(
        "rejected_lines_are_kept",
        "meta.rejected_line",
        """
        SELECT abs(
            (SELECT coalesce(sum(lines_rejected), 0) FROM meta.line_account)
            - (SELECT count(*) FROM meta.rejected_line)
        )
        """,
        "Every rejected line is kept with its reason.",
    ),
    Identity(
        "rows_are_accounted_for",
        "meta.row_account",
        """
        SELECT count(*) FROM meta.row_account
        WHERE rows_loaded <> rows_counted + rows_excluded + rows_without_report
            OR least(rows_counted, rows_excluded, rows_without_report) < 0
        """,
        "Every staged row is counted, of an excluded sighting, or without a report.",
    ),
    Identity(
        "loaded_rows_are_the_staged_ones",
        "meta.row_account",
        """
        SELECT count(*) FROM meta.line_account AS line
        LEFT JOIN meta.row_account AS row_account USING (quarter, table_name)
        WHERE line.table_name <> 'deleted_case' AND line.rows_loaded <> coalesce(row_account.rows_loaded, 0)
        """,
        "The build reads as many rows as staging loaded.",
    ),
    Identity(
        "comparisons_with_rest_add_up",
        "mart.side_effect_comparison",
        """
        SELECT count(*) FROM mart.side_effect_comparison
        WHERE comparator = 'rest' AND context = 'all' AND route_group = 'all'
            AND a + b + c + d <> (SELECT count(*) FROM core.report WHERE is_in_universe)
        """,
        "Against the rest, the four cells hold every case of the universe once.",
    ),
    Identity(
        "reporting_equals_comparison",
        "mart.side_effect_reporting",
        """
        SELECT count(*)
        FROM mart.side_effect_reporting AS reporting
        LEFT JOIN mart.side_effect_comparison AS comparison
            ON comparison.comparator = 'rest'
            AND reporting.exposure = comparison.exposure
            AND reporting.side_effect = comparison.side_effect
            AND reporting.definition = comparison.definition
            AND reporting.role_scope = comparison.role_scope
            AND reporting.context = comparison.context
            AND reporting.route_group = comparison.route_group
        WHERE comparison.a IS DISTINCT FROM reporting.report_count
            OR comparison.a + comparison.b IS DISTINCT FROM reporting.exposed_report_count
        """,
        "Both marts give the same counts for the same exposure.",
    ),
    Identity(
        "wider_definitions_hold_narrower_ones",
        "mart.side_effect_reporting",
        """
        SELECT count(*) FROM (
            PIVOT (SELECT exposure, side_effect, role_scope, context, route_group, definition, report_count
                FROM mart.side_effect_reporting
            )
            ON definition IN ('single_term', 'label_style', 'broad') USING sum(report_count)
        )
        WHERE single_term > label_style OR label_style > broad
        """,
        "A wider definition never counts fewer cases.",
    ),
    Identity(
        "interaction_counts_add_up",
        "mart.interaction",
        """
        SELECT count(*) FROM mart.interaction
        WHERE n111 + n110 + n101 + n100 + n011 + n010 + n001 + n000
            <> (SELECT count(*) FROM core.report WHERE is_in_universe)
            OR least(n111, n110, n101, n100, n011, n010, n001, n000) < 0
        """,
        "The eight counts hold every case of the universe once.",
    ),
    Identity(
        "interaction_holds_every_exposed_case",
        "mart.interaction",
        """
        WITH exposed AS (
            SELECT substance, count(*) AS "any", count(*) FILTER (WHERE is_suspect) AS suspect
            FROM core.report_substance
            WHERE case_id IN (SELECT case_id FROM core.report WHERE is_in_universe)
            GROUP BY substance
        )

        SELECT count(*)
        FROM mart.interaction AS interaction
        LEFT JOIN exposed ON interaction.exposure = exposed.substance
        WHERE n111 + n110 + n101 + n100
            <> coalesce(CASE role_scope WHEN 'any' THEN exposed."any" ELSE exposed.suspect END, 0)
        """,
        "With and without the further drugs, the exposure has all its cases.",
    ),
    Identity(
        "trend_ends_in_comparison",
        "mart.signal_trend",
        """
        SELECT count(*)
        FROM mart.signal_trend AS trend
        FULL JOIN (
            SELECT * FROM mart.side_effect_comparison
            WHERE comparator = 'rest' AND context = 'all' AND route_group = 'all'
                AND exposure IN (SELECT exposure FROM core.exposure WHERE is_studied)
        ) AS comparison
            ON trend.exposure = comparison.exposure
            AND trend.side_effect = comparison.side_effect
            AND trend.definition = comparison.definition
            AND trend.role_scope = comparison.role_scope
        WHERE (trend.quarter IS NULL OR trend.quarter = (SELECT max(quarter) FROM mart.signal_trend))
            AND (trend.a, trend.b, trend.c, trend.d)
                IS DISTINCT FROM (comparison.a, comparison.b, comparison.c, comparison.d)
        """,
        "In the last quarter, the trend has the cells of the comparison with the rest.",
    ),
    Identity(
        "onset_groups_add_up",
        "mart.time_to_onset",
        """
        SELECT count(*)
        FROM mart.time_to_onset AS onset
        FULL JOIN (
            SELECT * FROM mart.side_effect_reporting
            WHERE role_scope <> 'any' AND context = 'all' AND route_group = 'all'
        ) AS reporting
            ON onset.exposure = reporting.exposure
            AND onset.side_effect = reporting.side_effect
            AND onset.definition = reporting.definition
            AND onset.role_scope = reporting.role_scope
        WHERE onset.case_count IS DISTINCT FROM reporting.report_count
            OR onset.case_count <> with_dates_count + partial_count + negative_count + missing_count
        """,
        "Every reported case has dates, partial or negative ones, or none.",
    ),
    Identity(
        "deduplicated_comparisons_add_up",
        "deduplicated.side_effect_comparison",
        """
        SELECT count(*) FROM deduplicated.side_effect_comparison
        WHERE comparator = 'rest' AND context = 'all' AND route_group = 'all'
            AND a + b + c + d <> (SELECT count(*) FROM core.report WHERE is_in_universe AND NOT is_probable_duplicate)
        """,
        "Without probable duplicates, the four cells hold every other case of the universe once.",
    ),
    Identity(
        "deduplicated_pairs_are_counted_of_the_same_cases",
        "deduplicated.drug_event_signal",
        """
        SELECT count(*)
        FROM (
            SELECT given.substance, reported.term, count(*) AS cases
            FROM core.report_substance AS given
            INNER JOIN core.report_term AS reported ON given.case_id = reported.case_id
            INNER JOIN core.report AS report ON given.case_id = report.case_id
            WHERE given.is_suspect AND NOT report.is_probable_duplicate
                AND given.substance IN (SELECT exposure FROM core.exposure WHERE is_studied)
            GROUP BY given.substance, reported.term
        ) AS plain
        FULL JOIN (
            SELECT * FROM deduplicated.drug_event_signal
            WHERE substance IN (SELECT exposure FROM core.exposure WHERE is_studied)
        ) AS signal
            ON plain.substance = signal.substance AND plain.term = signal.term
        WHERE plain.cases IS DISTINCT FROM signal.a
        """,
        "Without probable duplicates, pairs of studied substances are those of the cases that are left.",
    ),
    Identity(
        "no_patient_is_lost",
        "core.report_duplicate",
        """
        SELECT count(*)
        FROM core.report_duplicate AS duplicate
        LEFT JOIN core.report AS kept ON duplicate.cluster_id = kept.case_id
        LEFT JOIN core.report AS removed ON duplicate.case_id = removed.case_id
        WHERE kept.case_id IS NULL OR kept.is_probable_duplicate OR (removed.is_in_universe AND NOT kept.is_in_universe)
        """,
        "Of every cluster one case is kept, and it counts if any of them does.",
    ),
    Identity(
        "no_small_clinic_count_shows",
        "mart.clinic_incidence",
        """
        SELECT count(*)
        FROM mart.clinic_incidence, meta.build
        WHERE event_session_count BETWEEN 1 AND clinic_minimum_cell - 1
            OR event_patient_count BETWEEN 1 AND clinic_minimum_cell - 1
            OR session_count BETWEEN 1 AND clinic_minimum_cell - 1
            OR patient_count BETWEEN 1 AND clinic_minimum_cell - 1
            OR unassessed_session_count BETWEEN 1 AND clinic_minimum_cell - 1
        """,
        "No count of sessions or patients from 1 to below the minimum is published.",
    ),
)

CLINIC_IDENTITIES = (
    Identity(
        "clinic_rows_are_the_staged_ones",
        "core.clinic_session",
        """
        SELECT abs((SELECT count(*) FROM staged.clinic_session) - (SELECT count(*) FROM clinic.core.clinic_session))
            + abs((SELECT count(*) FROM staged.clinic_vital) - (SELECT count(*) FROM clinic.core.clinic_vital))
            + abs((SELECT count(*) FROM staged.clinic_scale) - (SELECT count(*) FROM clinic.core.clinic_scale))
            + abs((SELECT count(*) FROM staged.clinic_event) - (SELECT count(*) FROM clinic.core.clinic_event))
            + abs((SELECT count(*) FROM clinic.core.clinic_derived) - (SELECT count(*) FROM clinic.core.clinic_session))
        """,
        "Every staged row of a clinic is in the file beside the published one, once.",
    ),
    Identity(
        "clinic_strata_add_up",
        "mart.clinic_incidence",
        """
        SELECT count(*)
        FROM (
            SELECT
                drug,
                side_effect,
                measure,
                dimension,
                sum(event_session_count) AS events,
                sum(session_count) AS sessions,
                sum(unassessed_session_count) AS unassessed
            FROM clinic.mart.clinic_incidence
            GROUP BY ALL
        ) AS strata
        INNER JOIN clinic.mart.clinic_incidence AS whole
            ON strata.drug = whole.drug
            AND strata.side_effect = whole.side_effect
            AND strata.measure = whole.measure
            AND whole.dimension = 'all'
        WHERE (strata.events, strata.sessions, strata.unassessed)
            IS DISTINCT FROM (whole.event_session_count, whole.session_count, whole.unassessed_session_count)
        """,
        "In every dimension the strata hold each session of a drug once.",
    ),
)
"""Those that need the clinics' file, which the published one does not know: proven while the build runs."""
