"""Optional dictionaries, read from small made-up folders of the true format."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from pipeline.settings import Settings
from transforms.dictionaries import fingerprint, read_meddra, read_rxnorm, read_whodrug, version
from transforms.names import match_names
from transforms.terms import match_terms
from vocabulary.errors import DictionaryError
from warehouse.external import external_steps


def conso(rxcui, tty, text, sab="RXNORM", suppress="N"):
    """A line of RXNCONSO.RRF: 18 fields, each closed by a bar."""
    fields = [""] * 18
    fields[0], fields[1], fields[11], fields[12], fields[14], fields[16] = rxcui, "ENG", sab, tty, text, suppress
    return "|".join(fields) + "|"


def rel(to, rela, of):
    """A line of RXNREL.RRF: what concept ``of`` is to concept ``to``."""
    fields = [""] * 16
    fields[0], fields[2], fields[3], fields[4], fields[7], fields[10] = to, "CUI", "RO", of, rela, "RXNORM"
    return "|".join(fields) + "|"


@pytest.fixture
def rxnorm(tmp_path):
    folder = tmp_path / "rxnorm" / "rrf"
    folder.mkdir(parents=True)
    lines = [
        conso("1", "IN", "zorbimab"),
        conso("2", "PIN", "zorbimab sodium"),
        conso("3", "BN", "Zorbix"),
        conso("3", "SY", "Zorbix Brand", sab="MMX"),
        conso("4", "IN", "quellipin"),
        conso("5", "BN", "Zorbiquel"),
        conso("6", "MIN", "quellipin / zorbimab"),
        conso("7", "BN", "Oldzorb", suppress="O"),
        conso("8", "BN", "Wrongzorb", suppress="E"),
        conso("9", "BN", "Twofold"),
        conso("10", "BN", "Twofold"),
        conso("11", "SCD", "zorbimab 5 MG Oral Tablet"),
        conso("12", "BN", "Racemix"),
        conso("13", "IN", "ketamine"),
    ]
    (folder / "RXNCONSO.RRF").write_text("\n".join(lines) + "\n")
    links = [
        rel("1", "tradename_of", "3"), rel("3", "has_tradename", "1"), rel("1", "form_of", "2"),
        rel("6", "tradename_of", "5"), rel("1", "has_part", "6"), rel("4", "has_part", "6"),
        rel("1", "tradename_of", "7"), rel("1", "tradename_of", "8"), rel("1", "tradename_of", "9"),
        rel("4", "tradename_of", "10"), rel("13", "tradename_of", "12"),
    ]  # fmt: skip
    (folder / "RXNREL.RRF").write_text("\n".join(links) + "\n")
    (folder / "RXNSAB.RRF").write_text("|".join(["", "", "RXNORM_20AA_260105F", "RXNORM"]) + "|\n")
    return folder.parent


@pytest.fixture
def meddra(tmp_path):
    folder = tmp_path / "meddra"
    folder.mkdir()

    def write(name, *lines):
        (folder / name).write_text("".join("$".join(line) + "$\n" for line in lines))

    blank = [""] * 6
    write("llt.asc",
          ["11", "Queasy turn", "1", *blank, "Y", ""], ["12", "Green sickness old", "1", *blank, "N", ""],
          ["13", "Wobbling", "2", *blank, "Y", ""])  # fmt: skip
    write("pt.asc", ["1", "Green sickness", "", "91", *blank, ""], ["2", "Wobble", "", "92", *blank, ""])
    write("mdhier.asc",
          ["1", "51", "71", "91", "Green sickness", "Greens", "Colours", "Colour disorders", "Colo", "", "91", "Y"],
          ["1", "52", "72", "92", "Green sickness", "Sways", "Moves", "Movement disorders", "Move", "", "91", "N"],
          ["2", "52", "72", "92", "Wobble", "Sways", "Moves", "Movement disorders", "Move", "", "92", "Y"])  # fmt: skip
    write("smq_list.asc",
          ["201", "All of it (SMQ)", "1", "d", "s", "n", "27.0", "A", "N"],
          ["202", "Greens (SMQ)", "2", "d", "s", "n", "27.0", "A", "N"])  # fmt: skip
    write("smq_content.asc",
          ["201", "202", "0", "0", "S", "0", "A", "27.0", "27.0"],
          ["201", "2", "4", "1", "A", "0", "A", "27.0", "27.0"],
          ["202", "1", "4", "2", "A", "0", "A", "27.0", "27.0"],
          ["202", "2", "4", "1", "A", "0", "I", "27.0", "27.0"])  # fmt: skip
    write("meddra_release.asc", ["27.0", "English", "", "", ""])
    return folder


def dd(record, sequence_1, sequence_2, name):
    """A line of DD.txt: the name begins at the 31st character."""
    return f"{record}{sequence_1}{sequence_2}".ljust(30, "0") + name.ljust(45)


@pytest.fixture
def whodrug(tmp_path):
    folder = tmp_path / "whodrug"
    folder.mkdir()
    products = [
        dd("900001", "01", "001", "ZORBIMAB"),
        dd("900001", "01", "002", "ZORBELLE"),
        dd("900001", "02", "001", "ZORBIMAB SODIUM"),
        dd("900002", "01", "001", "PARACETAMOL;ZORBIMAB"),
        dd("900002", "01", "002", "ZORBAMOL"),
    ]
    (folder / "DD.txt").write_text("\n".join(products) + "\n")
    (folder / "DDA.txt").write_text("900001010010N99ZZ01261\n900002010010N99ZZ51261\n")
    (folder / "INA.txt").write_text("N99ZZ015ZORBIMAB\nN99ZZ515ZORBIMAB, COMBINATIONS\n")
    (folder / "version.txt").write_text("WHODRUGGLOBALB3Mar26\n")
    return folder


def matched(dictionary, *names):
    pairs = pl.DataFrame(
        {"name_id": range(len(names)), "reported_drug_name": names, "active_ingredient": None},
        schema={"name_id": pl.Int64, "reported_drug_name": pl.String, "active_ingredient": pl.String},
    )
    found = match_names(pairs, dictionary)
    return [found.filter(name_id=number).select("substance", "match_rule").rows() for number in range(len(names))]


def made(folders):
    """What the steps make that read no table of the build."""
    frames = {}
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS work")
        connection.execute("CREATE SCHEMA meta")
        for step in external_steps(folders):
            if step.reads <= {"meta.external_dictionary"}:
                step.run(connection)
                frames[step.target] = connection.sql(f"FROM {step.target}").pl()
    return frames


def test_another_dictionary_is_known_to_a_build_that_goes_on_from_the_last_one(rxnorm):
    """The table of hashes is made in every build, and all else that dictionaries make reads it."""
    steps = {step.target: step for step in external_steps({"rxnorm": rxnorm})}
    assert steps["meta.external_dictionary"].is_always_made
    assert all(
        "meta.external_dictionary" in step.reads for name, step in steps.items() if name != "meta.external_dictionary"
    )


def test_rxnorm_names_lead_to_ingredients(rxnorm):
    names, ambiguous = read_rxnorm(rxnorm)
    found = {name: names.filter(name=name)["ingredient"].to_list() for name in names["name"].unique()}
    assert found == {
        "zorbimab": ["zorbimab"], "zorbimab sodium": ["zorbimab"], "Zorbix": ["zorbimab"], "Zorbix Brand": ["zorbimab"],
        "quellipin": ["quellipin"], "Zorbiquel": ["quellipin", "zorbimab"], "Oldzorb": ["zorbimab"],
        "quellipin / zorbimab": ["quellipin", "zorbimab"], "Racemix": ["ketamine"], "ketamine": ["ketamine"],
    }  # fmt: skip
    assert ambiguous == 1
    assert version("rxnorm", rxnorm) == "RXNORM_20AA_260105F"


def test_rxnorm_names_what_no_table_knows_and_nothing_else(rxnorm):
    dictionary = made({"rxnorm": rxnorm})["work.dictionary_name"]
    names = ("ZORBIX 5 MG TABLETS", "Zorbiquel", "RACEMIX", "KETALAR", "HUMIRA", "NO SUCH NAME", "TWOFOLD")
    assert matched(dictionary, *names) == [
        [("zorbimab", "dictionary")],
        [("quellipin", "dictionary"), ("zorbimab", "dictionary")],
        [("ketamine", "dictionary")],
        [("ketamine", "exact")],
        [("adalimumab", "listed")],
        [("no such name", "cleaned")],
        [("twofold", "cleaned")],
    ]


def test_whodrug_names_numbers_and_codes(whodrug):
    read = read_whodrug(whodrug)
    dictionary = made({"whodrug": whodrug})["work.dictionary_name"]
    names = ("ZORBELLE", "ZORBAMOL", "SOMETHING ELSE /90000102/", "HUMIRA /90000102/")
    assert matched(dictionary, *names) == [
        [("zorbimab", "dictionary")],
        [("acetaminophen", "dictionary"), ("zorbimab", "dictionary")],
        [("zorbimab", "dictionary")],
        [("adalimumab", "listed")],
    ]
    assert read.atc.rows() == [("ZORBIMAB", "N99ZZ01", "ZORBIMAB")]
    assert version("whodrug", whodrug) == "WHODRUGGLOBALB3Mar26"


def test_whodrug_as_csv_says_the_same(whodrug, tmp_path):
    folder = tmp_path / "csv"
    folder.mkdir()
    rows = [
        (line[:6], line[6:8], line[8:11], line[30:].strip()) for line in (whodrug / "DD.txt").read_text().splitlines()
    ]
    middle = ",".join(["x"] * 8)
    (folder / "DD.csv").write_text("".join(f'{a},{b},{c},{middle},"{name}"\n' for a, b, c, name in rows))
    (folder / "DDA.csv").write_text("900001,01,001,0,N99ZZ01,261,Y\n")
    (folder / "INA.csv").write_text('N99ZZ01,5,"ZORBIMAB"\n')
    assert read_whodrug(folder).names.equals(read_whodrug(whodrug).names)
    assert read_whodrug(folder).atc.equals(read_whodrug(whodrug).atc)


def test_an_atc_index_alone(tmp_path):
    (tmp_path / "atc.csv").write_text("atc_code,atc_name\nN01,ANESTHETICS\nN01AX03,ketamine\n")
    read = read_whodrug(tmp_path)
    assert read.names.is_empty()
    assert read.atc.rows() == [("ketamine", "N01AX03", "ketamine")]


def test_meddra_terms_levels_and_queries(meddra):
    read = read_meddra(meddra)
    assert dict(read.lower_terms.rows()) == {
        "Green sickness": "Green sickness", "Wobble": "Wobble", "Queasy turn": "Green sickness",
        "Green sickness old": "Green sickness", "Wobbling": "Wobble",
    }  # fmt: skip
    assert read.levels.filter("is_primary").select("term", "system_organ_class").rows() == [
        ("Green sickness", "Colour disorders"),
        ("Wobble", "Movement disorders"),
    ]
    # An SMQ holds what those below it hold; a retired row does not count.
    assert read.queries.rows() == [
        ("Green sickness", "All of it (SMQ)", "narrow"),
        ("Wobble", "All of it (SMQ)", "broad"),
        ("Green sickness", "Greens (SMQ)", "narrow"),
    ]
    assert version("meddra", meddra) == "27.0 English"


def test_meddra_gives_lower_terms_their_preferred_one_but_never_a_reviewed_one(meddra):
    given = pl.DataFrame({"term_id": [1, 2, 3], "reported_term": ["QUEASY TURN", "Nausea", "Sway"]})
    lower = pl.concat(
        [read_meddra(meddra).lower_terms, pl.DataFrame({"reported_term": ["Nausea"], "term": ["Wobble"]})]
    )
    assert match_terms(given, lower).select("term", "matched_rule").rows() == [
        ("Green sickness", "dictionary"),
        ("Nausea", "exact"),
        ("Sway", "published"),
    ]


def test_the_build_notes_what_it_was_given(rxnorm, meddra, whodrug):
    folders = {"rxnorm": rxnorm, "meddra": meddra, "whodrug": whodrug}
    noted = made(folders)["meta.external_dictionary"]
    assert noted["dictionary"].to_list() == ["meddra", "rxnorm", "whodrug"]
    assert noted["sha256"].to_list() == [fingerprint(kind, folders[kind]) for kind in sorted(folders)]
    assert (noted["name_count"] > 0).all()


def test_levels_queries_and_codes_of_what_the_build_has_alone(meddra, whodrug):
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA core")
        connection.execute("CREATE TABLE core.term AS SELECT unnest(['WOBBLE', 'Nausea']) AS term")
        connection.execute("CREATE TABLE core.substance AS SELECT unnest(['zorbimab', 'ketamine']) AS substance")
        steps = {step.target: step for step in external_steps({"meddra": meddra, "whodrug": whodrug})}
        for target in ("core.term_hierarchy", "core.term_smq", "core.substance_atc"):
            steps[target].run(connection)
        assert connection.execute("FROM core.term_hierarchy").fetchall() == [
            ("WOBBLE", "Sways", "Moves", "Movement disorders", True)
        ]
        assert connection.execute("FROM core.term_smq").fetchall() == [("WOBBLE", "All of it (SMQ)", "broad")]
        assert connection.execute("FROM core.substance_atc").fetchall() == [("zorbimab", "N99ZZ01", "ZORBIMAB")]


def test_without_dictionaries_everything_is_empty():
    assert all(frame.is_empty() for frame in made({}).values())
    assert Settings(rxnorm=None, meddra=None, whodrug=None).dictionaries == {}


def test_a_changed_file_changes_the_fingerprint_and_a_moved_folder_does_not(meddra, tmp_path):
    before = fingerprint("meddra", meddra)
    moved = meddra.rename(tmp_path / "elsewhere")
    assert fingerprint("meddra", moved) == before
    (moved / "pt.asc").write_text((moved / "pt.asc").read_text().replace("Wobble", "Wobbles"))
    assert fingerprint("meddra", moved) != before


@pytest.mark.parametrize("kind", ["rxnorm", "meddra", "whodrug"])
def test_a_folder_without_the_files_is_refused_by_name(kind, tmp_path):
    reader = {"rxnorm": read_rxnorm, "meddra": read_meddra, "whodrug": read_whodrug}[kind]
    with pytest.raises(DictionaryError, match=f"KETAVIGIL_{kind.upper()}"):
        reader(tmp_path)
    with pytest.raises(DictionaryError, match="is no folder"):
        reader(tmp_path / "nowhere")
    with pytest.raises(DictionaryError, match="no folder of"):
        fingerprint(kind, tmp_path)


def test_another_format_is_refused(rxnorm, meddra, whodrug):
    (rxnorm / "rrf" / "RXNREL.RRF").write_text("1,2,3\n")
    with pytest.raises(DictionaryError, match=r"RXNREL.RRF has 1 fields"):
        read_rxnorm(rxnorm)
    (meddra / "llt.asc").write_text("")
    with pytest.raises(DictionaryError, match=r"llt.asc cannot be read"):
        read_meddra(meddra)
    (whodrug / "DD.txt").write_text("short line\n")
    with pytest.raises(DictionaryError, match="not of format B3"):
        read_whodrug(whodrug)
