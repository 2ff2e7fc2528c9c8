"""Every quirk of the published files that staging must survive, each as a tiny file and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from transforms.staging import TableAccount, stage_deleted, stage_table
from transforms.staging.layout import declared_fields
from vocabulary.quarter import Quarter

LEGACY, MODERN, FIRST_FAERS = "2012q1", "2022q4", "2012q4"


class Staged:
    """One staged file: its account and its rows."""

    def __init__(self, account: TableAccount, folder: Path) -> None:
        self.account = account
        self.rows = pl.read_parquet(folder / "*.parquet").rows(named=True)
        counts = account.line_account.row(0, named=True)
        assert counts["lines_read"] == counts["lines_in_file"] + counts["lines_from_splits"]
        assert counts["lines_read"] == counts["rows_loaded"] + counts["lines_rejected"] + counts["lines_blank"]
        assert counts["rows_loaded"] == len(self.rows) == account.rows
        self.counts = counts

    @property
    def repairs(self) -> list[tuple[str, int, int]]:
        return self.account.repairs.select("repair", "line_count", "first_source_line").rows()

    @property
    def rejected(self) -> list[tuple[int, str, str]]:
        return self.account.rejected.select("source_line", "reason", "raw_text").rows()

    @property
    def issues(self) -> list[tuple[str, str, str, int]]:
        return self.account.value_issues.select("column_name", "issue", "value", "row_count").rows()

    def column(self, name: str) -> list[object]:
        return [row[name] for row in self.rows]


@pytest.fixture
def stage(tmp_path: Path):
    def run(
        table: str, quarter: str, lines: Sequence[str | bytes], *, end: bytes = b"\n", last_end: bytes | None = None
    ):
        header = "$".join(field.source_column for field in declared_fields(table, Quarter.parse(quarter)))
        raw = [line if isinstance(line, bytes) else line.encode() for line in [header, *lines]]
        content = end.join(raw) + (end if last_end is None else last_end)
        account = stage_table(
            [content], faers_table=table, quarter=Quarter.parse(quarter), member=f"{table}.txt", out=tmp_path / table
        )
        return Staged(account, tmp_path / table)

    return run


def demo(quarter: str = MODERN, **values: str) -> str:
    """A DEMO row with the given fields, under our column names."""
    values = {"report_id": "1000011", "case_id": "100001", "case_version": "1"} | values
    return "$".join(values.get(field.column, "") for field in declared_fields("DEMO", Quarter.parse(quarter)))


def drug(quarter: str = MODERN, **values: str) -> str:
    """A DRUG row with the given fields, under our column names."""
    values = {"report_id": "1000011", "case_id": "100001", "drug_sequence": "1", "role": "PS"} | values
    return "$".join(values.get(field.column, "") for field in declared_fields("DRUG", Quarter.parse(quarter)))


class TestSeparators:
    QUOTED = (
        "8129732$8401177$I$$8129732-9$20120126$20120206$20120210$EXP$JP-CUBIST-$E2B0000000182$"
        "CUBIST PHARMACEUTICALS, INC.$85$YR$M$Y$$$20120210$$$$$JAPAN$"
    )

    def test_an_inner_separator_goes_back_into_the_one_field_that_can_hold_it(self, stage):
        staged = stage("DEMO", LEGACY, [demo(LEGACY) + "$", self.QUOTED, demo(LEGACY) + "$"])
        row = staged.rows[1]
        assert staged.repairs == [("inner_separator_rejoined", 1, 3)]
        assert row["manufacturer_number"] == "JP-CUBIST-$E2B0000000182"
        assert row["manufacturer_sender"] == "CUBIST PHARMACEUTICALS, INC."
        assert (row["source_line"], row["report_id"], row["case_id"]) == (3, 8129732, 8401177)
        assert (row["age_years"], row["sex"], row["reporter_country"]) == (85.0, "M", "JP")

    def test_also_when_it_is_the_only_line(self, stage):
        assert stage("DEMO", LEGACY, [self.QUOTED]).rows[0]["manufacturer_number"] == "JP-CUBIST-$E2B0000000182"

    def test_a_separator_that_could_belong_to_two_fields_is_not_guessed(self, stage):
        line = drug(reported_drug_name="SALT", active_ingredient="WATER$SUGAR", name_source="1")
        staged = stage("DRUG", MODERN, [drug(), line])
        assert staged.rejected == [(3, "ambiguous_separator", line)]
        assert staged.column("source_line") == [2]

    def test_a_separator_in_the_only_text_column_is_rejoined(self, stage):
        staged = stage("INDI", MODERN, ["1000011$100001$1$Pain in $ and pence", "1000011$100001$2$Pain"])
        assert staged.column("reported_indication") == ["Pain in $ and pence", "Pain"]

    def test_one_too_many_at_the_end_is_dropped(self, stage):
        staged = stage("OUTC", MODERN, ["1000011$100001$DE", "1000011$100001$HO$", "1000021$100002$OT"])
        assert staged.column("outcome") == ["DE", "HO", "OT"]
        assert staged.repairs == [("extra_trailing_separator", 1, 3)]

    def test_one_too_many_in_every_row_of_a_modern_file_is_a_repair_of_each(self, stage):
        staged = stage("REAC", MODERN, [f"10000{i}1$10000{i}$Nausea$$" for i in range(5)])
        assert staged.column("reported_term") == ["Nausea"] * 5
        assert staged.repairs == [("extra_trailing_separator", 5, 2)]

    def test_one_too_many_is_the_layout_of_aers(self, stage):
        lines = ["4263742$NAUSEA$", "4263742$VOMITING", "4263743$RASH$"]
        staged = stage("REAC", LEGACY, lines)
        assert staged.column("reported_term") == ["NAUSEA", "VOMITING", "RASH"]
        assert staged.repairs == []
        assert staged.rejected == []

    def test_a_file_of_aers_without_closing_separators_is_fine_too(self, stage):
        staged = stage("INDI", LEGACY, ["4264028$1004493847$PAIN", "4264028$1004493848$RASH$", "4264029$1$GOUT"])
        assert staged.column("reported_indication") == ["PAIN", "RASH", "GOUT"]
        assert staged.repairs == []

    def test_a_row_of_aers_with_one_odd_value_and_no_closing_separator_is_loaded(self, stage):
        staged = stage("DEMO", LEGACY, [demo(LEGACY) + "$", demo(LEGACY, case_version="1A")])
        assert staged.column("case_version") == [1, None]

    def test_a_row_too_long_and_one_too_short_do_not_cancel_out(self, stage):
        lines = ["1000011$100001$DE", "1000021$100002$HO$", "1000031$100003", "1000041$100004$OT"]
        staged = stage("OUTC", MODERN, lines)
        assert staged.column("outcome") == ["DE", "HO", None, "OT"]
        assert staged.repairs == [("extra_trailing_separator", 1, 3), ("missing_trailing_field", 1, 4)]

    def test_a_row_one_field_short_is_padded(self, stage):
        whole = drug(reported_drug_name="A", dose_frequency="QD")
        staged = stage("DRUG", MODERN, [whole, drug(reported_drug_name="B").removesuffix("$"), whole])
        assert staged.column("reported_drug_name") == ["A", "B", "A"]
        assert staged.repairs == [("missing_trailing_field", 1, 3)]

    def test_a_row_whose_missing_field_is_not_the_last_is_rejected(self, stage):
        line = drug(reported_drug_name="B", active_ingredient="B", name_source="1", dechallenge="Y").replace(
            "$PS", "", 1
        )
        staged = stage("DRUG", MODERN, [drug(), line])
        assert staged.rejected == [(3, "wrong_field_count", line)]

    @pytest.mark.parametrize("line", ["1000011$100001", "free text", "1$2$" + "$x" * 40, "$" * 100_000])
    def test_anything_else_is_rejected(self, stage, line):
        staged = stage("REAC", MODERN, ["1000011$100001$Nausea$", line])
        assert staged.rejected == [(3, "wrong_field_count", line)]


class TestGluedLines:
    def test_two_rows_of_aers_each_with_its_closing_separator(self, stage):
        first, second = "7475790$1$PS$ASPIRIN$1$ORAL$$U$U$$$021487$", "7475791$2$SS$TYLENOL$1$$$$$$$$"
        staged = stage("DRUG", LEGACY, ["7475700$1$C$GIN$$$$$$$$$", first + second, "7475792$1$C$ALE$$$$$$$$$"])
        assert staged.column("reported_drug_name") == ["GIN", "ASPIRIN", "TYLENOL", "ALE"]
        assert staged.column("source_line") == [2, 3, 3, 4]
        assert staged.repairs == [("glued_line_split", 1, 3)]
        assert staged.counts["lines_from_splits"] == 1

    def test_two_rows_of_aers_that_touch(self, stage):
        staged = stage("INDI", LEGACY, ["7475700$1$PAIN", "7475790$1$PAIN7475791$2$RASH"])
        assert staged.column("reported_indication") == ["PAIN", "PAIN", "RASH"]

    @pytest.mark.parametrize(("last", "country"), [("US", "US"), ("", None), ("US\r", "US")])
    def test_two_modern_rows_that_touch_are_parted_by_the_case_number(self, stage, last, country):
        line = demo(occurrence_country=last) + demo(report_id="21002345612", case_id="210023456", case_version="12")
        staged = stage("DEMO", MODERN, [demo(), line])
        assert staged.column("report_id") == [1000011, 1000011, 21002345612]
        assert staged.column("occurrence_country") == [None, country, None]
        assert staged.repairs == [("glued_line_split", 1, 3)]

    def test_a_field_that_ends_in_the_digits_of_the_next_case_is_not_guessed(self, stage):
        line = "1000011$100001$2$Pain22" + "2221$222$1$Rash"
        staged = stage("INDI", MODERN, ["1000011$100001$1$Pain", line])
        assert staged.rejected == [(3, "ambiguous_separator", line)]

    def test_halves_that_are_no_records_are_not_split(self, stage):
        line = "1000011$100001$HO1000021$200002$DE"
        staged = stage("OUTC", MODERN, ["1000011$100001$HO", line])
        assert staged.rejected == [(3, "wrong_field_count", line)]


class TestLastLine:
    def test_a_row_cut_in_the_middle_is_rejected(self, stage):
        line = demo(reporter_country="COUNTRY NOT SPECIFIED", occurrence_country="U")
        staged = stage("DEMO", MODERN, [demo(), line], last_end=b"")
        assert staged.rejected == [(3, "truncated_last_line", line)]

    def test_a_row_one_field_short_is_not_padded_there(self, stage):
        staged = stage("OUTC", MODERN, ["1000011$100001$HO", "1000021$100002"], last_end=b"")
        assert staged.rejected == [(3, "truncated_last_line", "1000021$100002")]

    def test_the_same_row_with_a_line_end_is_padded(self, stage):
        assert len(stage("OUTC", MODERN, ["1000011$100001$HO", "1000021$100002"]).rows) == 2

    @pytest.mark.parametrize("country", ["US", "FRANCE", "EUROPEAN UNION", "", "QQ"])
    def test_a_whole_row_merely_without_line_end_is_loaded(self, stage, country):
        assert len(stage("DEMO", MODERN, [demo(occurrence_country=country)], last_end=b"").rows) == 1

    def test_a_carriage_return_is_line_end_enough(self, stage):
        staged = stage("DEMO", MODERN, [demo(occurrence_country="US")], end=b"\r\n", last_end=b"\r")
        assert staged.column("occurrence_country") == ["US"]

    def test_in_aers_a_missing_closing_separator_shows_the_cut(self, stage):
        staged = stage("REAC", LEGACY, ["4263742$NAUSEA$", "4263742$VOMITI"], last_end=b"")
        assert staged.rejected == [(3, "truncated_last_line", "4263742$VOMITI")]

    def test_in_aers_the_closing_separator_shows_a_whole_row(self, stage):
        assert len(stage("REAC", LEGACY, ["4263742$NAUSEA$", "4263742$VOMITING$"], last_end=b"").rows) == 2


class TestBytes:
    def test_quotes_are_text(self, stage):
        lines = [drug(reported_drug_name=name) for name in ('"VITAMINS" (NOS)', '"', 'A "B', "'")]
        staged = stage("DRUG", MODERN, lines)
        assert staged.column("reported_drug_name") == ['"VITAMINS" (NOS)', '"', 'A "B', "'"]

    def test_line_ends_may_be_mixed(self, stage):
        staged = stage(
            "OUTC", MODERN, ["1000011$100001$HO\r", "1000021$100002$DE", "1000031$100003$\r", "1000041$100004$LT"]
        )
        assert staged.column("outcome") == ["HO", "DE", None, "LT"]

    def test_odd_bytes_inside_a_field_stay(self, stage):
        names = ["A\tB", "A\rB", "A\0B", "A \u00a0 B", "CAF\u00c9", "A\x0bB\x85C", "what?"]
        staged = stage("DRUG", MODERN, [drug(reported_drug_name=name) for name in names])
        assert staged.column("reported_drug_name") == names
        assert staged.counts["lines_in_file"] == len(names)

    def test_bytes_that_are_not_utf8_are_replaced_and_counted(self, stage):
        lines = [b"1000011$100001$Caf\xc3\xa9$", b"1000011$100001$Caf\xe9$", b"1000011$100001$Pain$", b"1$\xff"]
        staged = stage("REAC", MODERN, lines)
        assert staged.column("reported_term") == ["Caf\u00e9", "Caf\ufffd", "Pain"]
        assert staged.repairs == [("invalid_utf8_replaced", 1, 3)]
        assert staged.rejected == [(5, "wrong_field_count", "1$\\xff")]

    def test_padding_goes_and_text_inside_stays(self, stage):
        names = {
            " ASPIRIN ": "ASPIRIN",
            "MEROPEN          /01250501/": "MEROPEN          /01250501/",
            "\tX.": "X.",
            "  ": None,
        }
        staged = stage("DRUG", MODERN, [drug(reported_drug_name=name) for name in names])
        assert staged.column("reported_drug_name") == list(names.values())

    def test_names_are_not_touched(self, stage):
        names = [
            "GLYBURIDE\\METFORMIN HYDROCHLORIDE",
            "KETAMINE [KETAMINE HYDROCHLORIDE]",
            "N-ETHYL DESCHLOROKETAMINE",
            "NA",
        ]
        staged = stage("DRUG", MODERN, [drug(reported_drug_name=name) for name in names])
        assert staged.column("reported_drug_name") == names

    def test_blank_lines_are_counted_and_keep_the_numbering(self, stage):
        staged = stage("OUTC", MODERN, ["", "1000011$100001$HO", " \t", "1000021$100002$DE", ""])
        assert staged.counts["lines_blank"] == 3
        assert staged.column("source_line") == [3, 5]


class TestIds:
    @pytest.mark.parametrize("report_id", ["", " ", "12A", "1.0", "-5", "-0", "99999999999999999999"])
    def test_a_report_id_that_is_no_whole_number_is_rejected(self, stage, report_id):
        staged = stage("OUTC", MODERN, ["1000011$100001$HO", f"{report_id}$100001$HO", "1000021$100002$DE"])
        assert staged.rejected == [(3, "bad_report_id", f"{report_id}$100001$HO")]
        assert staged.column("source_line") == [2, 4]

    def test_ids_may_be_padded(self, stage):
        staged = stage("OUTC", MODERN, [" 1000011 $ 100001$HO", "0001000021$100002 $DE"])
        assert staged.column("report_id") == [1000011, 1000021]
        assert staged.column("case_id") == [100001, 100002]

    def test_legacy_rows_without_case_are_kept(self, stage):
        staged = stage("DEMO", LEGACY, [demo(LEGACY, case_id=case) + "$" for case in ("4061110", "", "X")])
        assert staged.column("case_id") == [4061110, None, None]
        assert staged.issues == [("case_id", "unreadable", "X", 1)]

    def test_the_legacy_version_may_be_blank_or_junk(self, stage):
        versions = {"": 0, "2": 2, " ": 0, "#": None, "C-": None, "1A": None, "-1": None}
        staged = stage("DEMO", LEGACY, [demo(LEGACY, case_version=version) + "$" for version in versions])
        assert staged.column("case_version") == list(versions.values())
        assert {(issue, value) for _, issue, value, _ in staged.issues} == {
            ("unreadable", v) for v in ("#", "C-", "1A", "-1")
        }

    def test_a_modern_version_is_not_made_up(self, stage):
        assert stage("DEMO", MODERN, [demo(case_version="")]).column("case_version") == [None]


class TestValues:
    def test_dates_carry_their_precision(self, stage):
        dates = {
            "20221103": (date(2022, 11, 3), "day"),
            "20220101": (date(2022, 1, 1), "day_or_year"),
            "202211": (date(2022, 11, 1), "month"),
            "2022": (date(2022, 1, 1), "year"),
            " 20240229 ": (date(2024, 2, 29), "day"),
            "20230229": (None, None),
            "20221301": (None, None),
            "00002022": (None, None),
            "20221": (None, None),
            "NA": (None, None),
            "": (None, None),
        }
        staged = stage("DEMO", MODERN, [demo(event_date=text) for text in dates])
        assert list(zip(staged.column("event_date"), staged.column("event_date_precision"), strict=True)) == list(
            dates.values()
        )
        assert {value for _, _, value, _ in staged.issues} == {"20230229", "20221301", "00002022", "20221", "NA"}

    def test_age_is_never_without_its_unit(self, stage):
        ages = {
            ("3", "DEC"): 30.0, ("45", "YR"): 45.0, ("689", "MON"): 57.416667, ("19591", "DY"): 53.637235,
            ("45", ""): None, ("200", "YR"): None, ("-1", "YR"): None, ("45", "XX"): None,
            ("", "YR"): None, ("4,5", "YR"): None, ("6", "hr"): 0.000684,
        }  # fmt: skip
        staged = stage("DEMO", MODERN, [demo(age_reported=age, age_unit=unit) for age, unit in ages])
        assert [value and round(value, 6) for value in staged.column("age_years")] == list(ages.values())
        assert staged.column("age_reported")[4:8] == [45.0, 200.0, -1.0, 45.0]
        assert staged.issues == [
            ("age_reported", "unreadable", "4,5", 1),
            ("age_unit", "unknown_code", "XX", 1),
            ("age_years", "implausible", "-1.0 YR", 1),
            ("age_years", "implausible", "200.0 YR", 1),
            ("age_years", "no_unit", "45.0", 1),
        ]

    def test_weight_in_kilograms(self, stage):
        weights = {
            ("70", "KG"): 70.0,
            ("150", "LBS"): 68.03886,
            ("3500", "GMS"): 3.5,
            ("9000", "KG"): None,
            ("70", ""): None,
        }
        staged = stage("DEMO", MODERN, [demo(weight_reported=weight, weight_unit=unit) for weight, unit in weights])
        assert [value and round(value, 5) for value in staged.column("weight_kg")] == list(weights.values())

    def test_literal_na_of_a_re_saved_file_is_null_and_counted(self, stage):
        staged = stage("THER", MODERN, ["1000011$100001$1$NA$20120213$NA$", "1000011$100001$2$20120213$NA$2$WK"])
        assert staged.column("duration_days") == [None, 14.0]
        assert {(column, issue, value) for column, issue, value, _ in staged.issues} == {
            (column, "unreadable", "NA") for column in ("start_date", "end_date", "duration_reported")
        }

    def test_codes_are_upper_case_and_an_unknown_one_stays_as_it_is(self, stage):
        roles = {"PS": "PS", "ss": "SS", " C ": "C", "DN": "DN", "": None, "Zz": "Zz"}
        staged = stage("DRUG", MODERN, [drug(role=role) for role in roles])
        assert staged.column("role") == list(roles.values())
        assert staged.issues == [("role", "unknown_code", "Zz", 1)]

    def test_spellings_of_one_code_become_one(self, stage):
        staged = stage("DEMO", LEGACY, [demo(LEGACY, sex=sex) + "$" for sex in ("F", "M", "NS", "UNK", "f")])
        assert staged.column("sex") == ["F", "M", "UNK", "UNK", "F"]

    def test_countries_become_iso_codes(self, stage):
        countries = {"US": "US", "JAPAN": "JP", "France": "FR", "COUNTRY NOT SPECIFIED": None, "EU": None, "QQ": "QQ"}
        staged = stage("DEMO", MODERN, [demo(reporter_country=name) for name in countries])
        assert staged.column("reporter_country") == list(countries.values())
        assert staged.issues == [("reporter_country", "unknown_code", "QQ", 1)]

    def test_only_the_hundred_most_frequent_odd_values_are_named(self, stage):
        sexes = [f"X{i:03d}" for i in range(150)] + ["X149"]
        staged = stage("DEMO", MODERN, [demo(sex=sex) for sex in sexes])
        assert len(staged.issues) == 101
        assert staged.issues[0] == ("sex", "unknown_code", "X149", 2)
        assert staged.issues[-1] == ("sex", "unknown_code", "(others)", 50)

    def test_duplicates_and_conflicts_are_kept_for_the_case_rule(self, stage):
        rows = [demo(sex="F"), demo(sex="F"), demo(sex="M")]
        assert stage("DEMO", MODERN, rows).column("source_line") == [2, 3, 4]

    def test_columns_of_other_eras_are_null(self, stage):
        row = stage("DEMO", FIRST_FAERS, [demo(FIRST_FAERS, sex="F")]).rows[0]
        assert row["sex"] == "F"
        assert row["literature_reference"] is row["age_group"] is row["death_date"] is None


class TestDeletedList:
    def stage(self, tmp_path: Path, content: bytes) -> Staged:
        account = stage_deleted([content], quarter=Quarter(2022, 4), member="Deleted/DELETE22Q4.txt", out=tmp_path)
        return Staged(account, tmp_path)

    def test_the_first_line_may_be_one_space(self, tmp_path):
        staged = self.stage(tmp_path, b" \n10153291\r\n10796583\n")
        assert staged.column("case_id") == [10153291, 10796583]
        assert staged.column("source_line") == [2, 3]
        assert staged.counts["lines_blank"] == 1

    def test_what_is_no_case_number_is_rejected(self, tmp_path):
        staged = self.stage(tmp_path, b"10153291\ncaseid\n12.5\n7")
        assert staged.rejected == [(2, "bad_case_id", "caseid"), (3, "bad_case_id", "12.5")]
        assert staged.column("case_id") == [10153291, 7]

    def test_an_empty_list_is_a_table_without_rows(self, tmp_path):
        assert self.stage(tmp_path, b"").rows == []
