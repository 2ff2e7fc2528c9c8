"""From any cell of a mart to as many cases as it says, and to the lines of the zips."""

from __future__ import annotations

import zipfile

import pytest

from vocabulary.errors import QueryError
from vocabulary.tables import mart
from warehouse.asking import open_alone
from warehouse.trace import find_case, list_cases, read_lines, trace_cell
from warehouse.trace.marts import MARTS
from warehouse.trace.questions import literal

FAERS = sorted(name for name in MARTS if not name.startswith("mart.clinic_"))
NOT_COUNTED_HERE = {"mart.signal_change", "deduplicated.signal_change"}
"""Empty where nothing was published before."""


@pytest.fixture(scope="module")
def published(four_quarters):
    with open_alone(four_quarters.home.published) as connection:
        yield connection


def rows_of(connection, name, count):
    """Rows spread over the mart, such with cases where there are any, always the same ones."""
    table = MARTS[name].table
    counts = [column.name for column in table.columns if column.unit == "cases"][:1]
    order = ", ".join(table.key)
    first_met = ["first_met_quarter IS NOT NULL"] if "first_met_quarter" in table.column_names else []
    for condition in (*(f"{column} > 0" for column in counts), *first_met, "true"):
        cursor = connection.execute(
            f"SELECT * EXCLUDE (place, total) FROM (SELECT *, row_number() OVER (ORDER BY {order}) AS place, "
            f"count(*) OVER () AS total FROM {name} WHERE {condition}) "
            f"WHERE place % greatest(1, total // {count}) = 0 ORDER BY place LIMIT {count}"
        )
        columns = [part[0] for part in cursor.description]
        if found := cursor.fetchall():
            return [dict(zip(columns, row, strict=True)) for row in found]
    return []


def cells_of(table):
    """Every count, every cell that leads elsewhere, and three of the measures, which are made of counts."""
    others = [column.name for column in table.columns if column.name not in table.key]
    counts = [name for name in others if table.column(name).unit == "cases"]
    led = [name for name in MARTS[table.full_name].elsewhere if name in others]
    measures = [name for name in others if name not in {*counts, *led}]
    return list(dict.fromkeys([*counts, *led, *measures[:2], *measures[-1:]]))


def where(table, row):
    return " AND ".join(f"{name} = {literal(row[name])}" for name in table.key)


def test_every_mart_is_known():
    assert set(MARTS) == {table.full_name for table in mart.TABLES}


@pytest.mark.parametrize("name", [name for name in FAERS if name not in NOT_COUNTED_HERE])
def test_every_cell_leads_to_as_many_cases_as_it_says_or_says_why_not(published, name):
    """trace_cell itself refuses a count that is not equal; here every column of some rows is asked for."""
    table = MARTS[name].table
    traced, refused = 0, []
    for at, row in enumerate(rows_of(published, name, 3)):
        counts = [column.name for column in table.columns if column.unit == "cases"]
        for cell in cells_of(table) if at == 0 else counts[:2]:
            try:
                found = trace_cell(published, name, where(table, row), cell)
            except QueryError as error:
                refused.append(str(error))
                continue
            traced += 1
            assert found.parts
            if found.asked_in is None and len(found.parts) == 1 and table.column(cell).unit == "cases":
                assert found.parts[0].count == row[cell]
                assert found.parts[0].told == row[cell]
    assert traced
    assert all("cannot be traced. " in words or "is empty in this row" in words for words in refused)
    of_no_cases = {"signal_first_met", "side_effect_robustness", "evidence"}
    assert not refused or name.partition(".")[2] in of_no_cases


@pytest.mark.parametrize("name", sorted(set(MARTS) - set(FAERS)))
def test_clinic_cells_are_refused_with_the_reason(published, name):
    with pytest.raises(QueryError, match="no row of a clinic patient"):
        trace_cell(published, name, "", MARTS[name].table.columns[-2].name)


def test_clinic_columns_of_the_evidence_are_refused_and_rates_name_their_source(published):
    row = "drug = 'ketamine' AND side_effect = 'dissociation'"
    with pytest.raises(QueryError, match="no row of a clinic patient"):
        trace_cell(published, "evidence", row, "clinic_session_count")
    with pytest.raises(QueryError, match=r"core\.clinical_rate holds the citation"):
        trace_cell(published, "evidence", row, "reference_patient_share")
    assert trace_cell(published, "evidence", row, "faers_report_count").asked_in


def test_cases_lead_to_the_lines_of_the_zips(four_quarters, published):
    traced = trace_cell(
        published,
        "side_effect_comparison",
        "exposure = 'ketamine' AND comparator = 'sertraline' AND side_effect = 'dissociation' AND role_scope = 'any'",
        "a",
    )
    assert traced.assumed == {"definition": "label_style", "context": "all", "route_group": "all"}
    (part,) = traced.parts
    answer = list_cases(published, part.cases, traced.question, 0)
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows()]
    assert len(rows) == part.count == traced.value > 20
    places = []
    for row in rows:
        assert row["drug_lines"]
        assert row["reaction_lines"]
        places += [(row["quarter"], row["member"], row["line"])]
        places += [(row["quarter"], row["drug_member"], line) for line in row["drug_lines"]]
    text = read_lines(published, four_quarters.home.raw, places)
    files = dict(published.execute("SELECT quarter, file_name FROM meta.source_file WHERE is_in_build").fetchall())
    held = {}
    for quarter, member, line in places:
        if (quarter, member) not in held:
            with zipfile.ZipFile(four_quarters.source / files[quarter]) as archive:
                held[quarter, member] = archive.read(member).split(b"\n")
        raw = held[quarter, member][line - 1].rstrip(b"\r").decode("utf-8", "backslashreplace")
        assert text[quarter, member, line] == raw
    reports = {row["quarter"]: str(row["report_id"]) for row in rows}
    for row in rows:
        assert str(row["report_id"]) in text[row["quarter"], row["member"], row["line"]]
    assert len(reports) == 4


def test_the_list_is_as_long_as_asked(published):
    row = "exposure = 'ketamine' AND comparator = 'rest' AND side_effect = 'dissociation'"
    traced = trace_cell(published, "side_effect_comparison", row, "d")
    assert len(list(list_cases(published, traced.parts[0].cases, traced.question, 7).rows())) == 7


def test_a_case_tells_what_became_of_every_sighting(published):
    ((case_id, report_id, reason),) = published.execute(
        "SELECT case_id, report_id, reason FROM core.report_exclusion WHERE reason = 'superseded' "
        "AND case_id IN (SELECT case_id FROM core.report WHERE is_in_universe) ORDER BY ALL LIMIT 1"
    ).fetchall()
    by_case, by_report = find_case(published, case_id=case_id), find_case(published, report_id=report_id)
    assert by_case.case_id == by_report.case_id == case_id
    assert any(f"does not count, {reason}" in sentence for sentence in by_case.sightings)
    assert any("the current version, counted" in sentence for sentence in by_case.sightings)
    tables = {row[5] for row in by_report.lines.rows()}
    assert {"report", "report_drug", "report_reaction"} <= tables


def test_a_deleted_case_is_found_without_lines(published):
    ((case_id,),) = published.execute(
        "SELECT min(case_id) FROM core.report_exclusion WHERE reason = 'deleted' "
        "AND case_id NOT IN (SELECT case_id FROM core.report)"
    ).fetchall()
    found = find_case(published, case_id=case_id)
    assert any("does not count, deleted" in sentence for sentence in found.sightings)
    assert list(found.lines.rows()) == []


@pytest.mark.parametrize(
    ("table", "condition", "cell", "words"),
    [
        ("nothing", "", None, "No mart nothing"),
        ("compared_with", "", None, "is a view. Trace the mart under it: mart.side_effect_comparison"),
        ("side_effect_comparison", "exposure = 'ketamin'", "a", "No row of"),
        ("side_effect_comparison", "exposure = 'ketamine'", "a", r"Say which: side_effect \("),
        ("side_effect_comparison", "exposur = 'ketamine'", "a", "not found"),
        ("side_effect_comparison", "true); DROP TABLE x; --", "a", "One statement at a time|syntax error"),
        ("side_effect_comparison", "exposure = 'ketamine' AND side_effect = 'anxiety'", "x", "has no column x"),
        ("side_effect_comparison", "exposure = 'ketamine' AND side_effect = 'anxiety'", "exposure", "names the row"),
    ],
)
def test_what_cannot_be_traced_is_said(published, table, condition, cell, words):
    with pytest.raises(QueryError, match=words):
        trace_cell(published, table, condition, cell)


def test_an_unknown_case_is_an_error(published):
    with pytest.raises(QueryError, match=r"meta\.rejected_line"):
        find_case(published, case_id=1)
    with pytest.raises(QueryError, match="No report 5 in"):
        find_case(published, report_id=5)
