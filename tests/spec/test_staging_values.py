"""What becomes of published ids, dates, measures and codes, and of the list of deleted cases."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from tests.spec.staging_files import FIRST_FAERS, LEGACY, MODERN, Staged, demo, drug, stage_lines
from transforms.staging import stage_deleted
from vocabulary.quarter import Quarter


@pytest.fixture
def stage(tmp_path: Path):
    return partial(stage_lines, tmp_path)


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
