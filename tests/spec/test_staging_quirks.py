"""Every quirk of published lines that staging must survive, each as a tiny file and what becomes of it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.spec.staging_files import LEGACY, MODERN, demo, drug, stage_lines


@pytest.fixture
def stage(tmp_path: Path):
    return partial(stage_lines, tmp_path)


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
