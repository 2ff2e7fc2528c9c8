"""The macros of the published file equal its marts, a plain Python count, and the lines of FDA's files."""

from __future__ import annotations

import math
import zipfile

import duckdb
import polars as pl
import pytest

import reference
from transforms.statistics import measures, two_drug_interaction
from transforms.terms import side_effect_members
from warehouse.marts.interaction import CELLS

KINDS = {"primary_suspect": "is_primary_suspect", "suspect": "is_suspect", "any": "TRUE"}


@pytest.fixture(scope="module")
def published(four_quarters):
    with four_quarters.open() as connection:
        yield connection


def one(connection, query):
    (row,) = connection.sql(query).pl().iter_rows(named=True)
    return row


def same(found, truth, names):
    for name in names:
        got, right = found[name], truth[name]
        if isinstance(right, float):
            assert got is not None, name
            assert math.isclose(got, right, rel_tol=1e-9, abs_tol=1e-10), (name, got, right)
        else:
            assert got == right, name


class Plain:
    """Cases as Python sets, from the case-level tables."""

    def __init__(self, connection):
        self.connection = connection
        rows = connection.execute("SELECT case_id, context FROM core.report WHERE is_in_universe").fetchall()
        self.universe = {case for case, _ in rows}
        self.context = dict(rows)

    def exposed(self, substances, scope):
        rows = self.connection.execute(
            f"SELECT case_id FROM core.report_substance WHERE list_contains($1, substance) AND {KINDS[scope]}",
            [list(substances)],
        ).fetchall()
        return {case for (case,) in rows} & self.universe

    def with_terms(self, terms):
        rows = self.connection.execute(
            "SELECT case_id FROM core.report_term WHERE list_contains($1, term)", [list(terms)]
        ).fetchall()
        return {case for (case,) in rows} & self.universe

    def inside(self, cases, context):
        return cases if context == "all" else {case for case in cases if self.context[case] == context}


@pytest.fixture(scope="module")
def plain(published):
    return Plain(published)


def cells(exposed, compared, event):
    return {
        "a": len(exposed & event),
        "b": len(exposed - event),
        "c": len(compared & event),
        "d": len(compared - event),
    }


def test_disproportionality_equals_the_mart(published):
    shared = [name for name in published.sql("FROM disproportionality('ketamine', 'Nausea')").columns
              if name in published.sql("FROM mart.drug_event_signal LIMIT 0").columns]  # fmt: skip
    assert {"a", "d", "ror", "prr_upper_95", "chi_squared", "ic_lower_95", "eb05", "undefined_reason"} <= set(shared)
    rows = published.sql(
        "FROM mart.drug_event_signal WHERE (hash(substance, term) % 9000 = 0) OR "
        "(substance = 'esketamine' AND term = 'Dissociation') ORDER BY substance, term LIMIT 12"
    ).pl()
    assert rows.height > 5
    for row in rows.iter_rows(named=True):
        substance, term = (row[name].upper().replace("'", "''") for name in ("substance", "term"))
        same(one(published, f"FROM disproportionality('{substance}', '{term}')"), row, shared)


@pytest.mark.parametrize(("scope", "context"), [("any", "all"), ("primary_suspect", "all"), ("suspect", "depression")])
def test_disproportionality_equals_a_plain_count(published, plain, scope, context):
    exposed = plain.inside(plain.exposed(["ketamine"], scope), context)
    event = plain.with_terms(["Dissociation"])
    expected = cells(exposed, plain.inside(plain.universe, context) - exposed, event)
    found = one(
        published,
        f"FROM disproportionality(' Ketamine', 'dissociation', role_scope := '{scope}', context := '{context}')",
    )
    assert {name: found[name] for name in expected} == expected
    assert found["a"] > 0
    assert (found["role_scope"], found["context"], found["ebgm"]) == (scope, context, None)


def test_a_pair_that_was_never_reported_together_has_a_row(published, plain):
    ((substance, term),) = published.execute(
        "SELECT s.substance, t.term FROM core.substance AS s, core.term AS t "
        "ANTI JOIN mart.drug_event_signal AS m ON s.substance = m.substance AND t.term = m.term "
        "WHERE t.case_count > 50 AND s.substance = 'levomilnacipran' ORDER BY t.term LIMIT 1"
    ).fetchall() or [("arketamine", "Autoscopy")]
    found = one(published, f"FROM disproportionality('{substance}', '{term}')")
    exposed, event = plain.exposed([substance], "suspect"), plain.with_terms([term])
    expected = cells(exposed, plain.universe - exposed, event)
    truth = {name: values.item() for name, values in measures(**expected).items()}
    assert found["a"] == 0
    same(found, expected, "abcd")
    same(found, truth, ["ror", "ror_upper_95", "prr", "ic", "ic_upper_95", "is_zero_cell_corrected"])
    assert published.sql(f"FROM reports('{substance}', '{term}')").pl().height == 0


@pytest.mark.parametrize("comparator", ["rest", "SSRI", "Esketamine", "midazolam"])
@pytest.mark.parametrize(("scope", "context"), [("suspect", "all"), ("any", "anaesthesia_procedure")])
def test_compare_equals_the_mart(published, comparator, scope, context):
    found = one(
        published,
        f"FROM compare('ketamine', '{comparator}', 'Dissociation', role_scope := '{scope}', context := '{context}')",
    )
    columns = [row[0] for row in published.execute("DESCRIBE mart.side_effect_comparison").fetchall()]
    cut = f"AND context = '{context}' AND route_group = 'all'"
    truth = one(
        published,
        "FROM mart.side_effect_comparison WHERE exposure = 'ketamine' AND side_effect = 'dissociation' "
        f"AND definition = 'label_style' AND role_scope = '{scope}' AND comparator = '{comparator.lower()}' {cut}",
    )
    same(found, truth, [name for name in found if name in columns])
    assert {"a", "both_exposed_count", "ror", "ic_upper_95"} <= set(found) & set(columns)


def test_compare_of_what_no_mart_holds_equals_a_plain_count(published, plain):
    """Two comparators, one a class, against each other; and a drug of the background."""
    terms = side_effect_members().filter(side_effect="nausea_vomiting", definition="broad")["term"]
    snri = reference.read("substance_class").filter(pl.col("class") == "snri")["substance"]
    for exposure, members in (("snri", list(snri)), ("acetaminophen", ["acetaminophen"])):
        exposed, other = (plain.exposed(names, "any") for names in (members, ["sertraline"]))
        expected = cells(exposed - other, other - exposed, plain.with_terms(terms))
        found = one(
            published,
            f"FROM compare('{exposure}', 'sertraline', 'nausea_vomiting', role_scope := 'any', definition := 'broad')",
        )
        assert {name: found[name] for name in expected} == expected
        assert found["both_exposed_count"] == len(exposed & other)


def test_reports_lead_to_the_lines_of_the_zips(four_quarters, published, plain):
    found = published.sql("FROM reports('Ketamine', 'Dissociation')").pl()
    cases = plain.exposed(["ketamine"], "suspect") & plain.with_terms(["Dissociation"])
    assert sorted(found["case_id"]) == sorted(cases)
    assert found["quarter"].n_unique() == 4
    assert set(found["role"]) == {"PS", "SS"}
    members = {}
    aliases = reference.read("term_alias").filter(term="Dissociation")["alias"].str.to_lowercase().to_list()
    for row in found.group_by("quarter", maintain_order=True).head(15).iter_rows(named=True):

        def lines(name, row=row):
            if (row["file_name"], name) not in members:
                with zipfile.ZipFile(four_quarters.source / row["file_name"]) as archive:
                    members[row["file_name"], name] = archive.read(name).decode("utf-8", "replace").split("\n")
            return members[row["file_name"], name]

        report = str(row["report_id"])
        assert report in lines(row["source_member"])[row["source_line"] - 1]
        for line in row["drug_lines"]:
            text = lines(row["drug_member"])[line - 1]
            assert report in text
            assert any(name in text for name in row["reported_drug_names"])
        for line in row["reaction_lines"]:
            text = lines(row["reaction_member"])[line - 1].lower()
            assert report in text
            assert any(name in text for name in ["dissociation", *aliases])


def test_outcomes_of_reports_are_those_of_the_cases(published):
    found = published.sql("SELECT case_id, outcomes FROM reports('esketamine', 'Sedation')").pl()
    held = {}
    for case, outcome in published.execute("SELECT case_id, outcome FROM core.report_outcome").fetchall():
        held.setdefault(case, set()).add(outcome)
    assert found.height > 10
    for case, outcomes in found.iter_rows():
        assert set(outcomes or []) == held.get(case, set()) - {None}


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("FROM disproportionality('ketamin', 'Nausea')", "No substance 'ketamin' in this file.*Nearest: ketamine"),
        ("SELECT count(*) FROM reports('xyzzy', 'Nausea')", "not the same as no reports"),
        ("SELECT count(*) FROM reports('ketamine', 'Nausee')", "No preferred term 'nausee'.*Nausea"),
        ("SELECT count(*) FROM reports('arketamine', 'Nausee')", "No preferred term"),
        ("SELECT count(*) FROM disproportionality('ketamine', 'Nausee')", "No preferred term"),
        ("SELECT a FROM disproportionality('ketamine', 'Nausea', role_scope := 'x')", "There are: primary_suspect"),
        ("SELECT a FROM disproportionality('ketamine', 'Nausea', context := 'x')", "There are: all, social_anxiety"),
        ("SELECT a FROM compare('ketamine', 'ssri', 'dissociation', duplicates := 'x')", "There are: kept, removed"),
        ("SELECT a FROM disproportionality('ketamine', 'Nausea', duplicates := 'x')", "There are: kept, removed"),
        ("SELECT a FROM compare('ketamine', 'rest', 'dissociation', context := 'x')", "There are: all, social_anxiety"),
        ("FROM disproportionality(NULL, 'Nausea')", "No substance"),
        ("SELECT a FROM compare('ketamine', 'ssris', 'dissociation')", "No substance or class 'ssris'.*ssri"),
        ("SELECT a FROM compare('ketamine', 'ssri', 'nausea')", "No side-effect group 'nausea'.*nausea_vomiting"),
        ("SELECT a FROM compare('sertraline', 'ssri', 'dissociation')", "share a substance"),
        ("SELECT a FROM compare('rest', 'ssri', 'dissociation')", "Name it second"),
        ("SELECT a FROM compare('ketamine', 'rest', 'dissociation', definition := 'x')", "There are: single_term"),
    ],
)
def test_what_is_unknown_is_an_error_and_never_an_empty_answer(published, query, words):
    with pytest.raises(duckdb.Error, match=words):
        published.execute(query).fetchall()


def test_a_brand_is_told_what_it_was_read_as(published):
    ((brand, read_as),) = published.execute(
        "SELECT name.reported_drug_name, min(named.substance) FROM core.drug_name AS name "
        "JOIN core.drug_name_substance AS named ON name.drug_name_id = named.drug_name_id "
        "WHERE lower(name.reported_drug_name) NOT IN (SELECT substance FROM core.substance) "
        "AND name.active_ingredient IS NULL AND name.reported_drug_name SIMILAR TO '[A-Z]{6,}' "
        "GROUP BY 1 HAVING count(DISTINCT named.substance) = 1 ORDER BY 1 LIMIT 1"
    ).fetchall()
    with pytest.raises(duckdb.Error, match=f"read as .*{read_as}"):
        published.execute(f"FROM reports('{brand}', 'Nausea')").fetchall()


def test_many_pairs_at_once_and_an_attached_file(four_quarters):
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{four_quarters.home.published}' AS published (READ_ONLY)")
        connection.execute("USE published")
        rows = connection.execute(
            "SELECT found.substance, found.a FROM (VALUES ('ketamine'), ('esketamine')) AS asked (name), "
            "disproportionality(asked.name, 'Dissociation') AS found ORDER BY ALL"
        ).fetchall()
    assert [name for name, _ in rows] == ["esketamine", "ketamine"]
    assert all(count > 0 for _, count in rows)


def test_every_macro_is_commented(published):
    rows = published.execute(
        "SELECT DISTINCT function_name, comment FROM duckdb_functions() WHERE function_type = 'table_macro' "
        "AND NOT internal"
    ).fetchall()
    assert {"disproportionality", "compare", "reports", "two_by_two"} <= {name for name, _ in rows}
    assert all(comment and comment.startswith(f"{name}(") for name, comment in rows)


@pytest.mark.parametrize("group", ["opioid", "benzodiazepine", "mao_inhibitor"])
@pytest.mark.parametrize("scope", ["suspect", "any"])
def test_eight_counts_of_two_drugs_equal_a_plain_count(published, plain, group, scope):
    names = reference.read("interaction_group").filter(group=group)["substance"]
    terms = side_effect_members().filter(side_effect="sedation_disorientation", definition="broad")["term"]
    event, other = plain.with_terms(terms), plain.exposed(names, scope)
    exposed = plain.exposed(["ketamine"], scope)
    strata = (exposed & other, exposed - other, other - exposed, plain.universe - exposed - other)
    expected = [count for cases in strata for count in (len(cases & event), len(cases - event))]
    row = one(
        published,
        "FROM mart.interaction WHERE exposure = 'ketamine' AND side_effect = 'sedation_disorientation' "
        f"AND definition = 'broad' AND role_scope = '{scope}' AND interaction_group = '{group}'",
    )
    assert [row[name] for name in CELLS] == expected
    assert row["omega"] == pytest.approx(two_drug_interaction(*expected).omega.item(), rel=1e-12)


def test_the_prior_of_the_build_was_checked(published):
    rows = published.execute(
        "SELECT calibration_pair_count, calibration_share_above_eb05, outcome FROM meta.gps_prior WHERE shape_1 > 0"
    ).fetchall()
    assert rows
    for pairs, share, outcome in rows:
        assert pairs >= 20_000
        assert share == pytest.approx(0.95, abs=0.01)
        assert "warning" not in outcome
