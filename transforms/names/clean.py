"""Text of a reported drug name, made comparable. Every function is an expression on one string column."""

from __future__ import annotations

import polars as pl

_UNITS = (
    r"(?:MG|MILLIGRAMS?|MCG|MICROGRAMS?|UG|NG|G|GM|GMS|GRAMS?|KG|ML|MILLILIT(?:ER|RE)S?|L|CC|DL|IU|UNITS?|U|MEQ|MMOL|"
    r"DF|GTT|HOURS?|HRS?|H|MIN|DAYS?|DOSES?|ACTUATION|SPRAY|M2|PPM|MBQ|%)"
)
_NUMBER = r"\d+(?:[.,]\d+)*"
_DOSE = rf"(?:{_NUMBER}\s*[-/X+]\s*)*{_NUMBER}\s*{_UNITS}\b(?:\s*/\s*(?:{_NUMBER}\s*)?{_UNITS}\b)*|{_NUMBER}\s*%"


def ascii_upper(text: pl.Expr) -> pl.Expr:
    """Upper case without accents; the WHO drug dictionary number, trademark signs and apostrophes go.

    WHO numbers stand behind a padded name, as in ``NAME          /01234501/``; some lost their last slash.
    """
    return (
        text.str.normalize("NFKD")
        .str.replace_all(r"\p{M}", "")
        .str.to_uppercase()
        .str.replace_all(r"/\s*\d{6,8}\s*(?:/|$)", " ")
        .str.replace_all(r"\b([DL])['`\u2019]", "$1 ")
        .str.replace_all(r"['`\u2019\u00ae\u2122]", "")
        .str.replace_all(r"[\x00-\x1f]", " ")
    )


def words(text: pl.Expr) -> pl.Expr:
    """Letters and digits of ascii_upper text, one blank between words: the form that reference names are kept in."""
    return text.str.replace_all(r"[^A-Z0-9]+", " ").str.strip_chars()


def without_doses(text: pl.Expr) -> pl.Expr:
    """Drop amounts such as ``50 MG/ML``, ``0.5%`` or ``20MG``, so that their slash never joins two ingredients."""
    return text.str.replace_all(r"([A-Z]{4,})(\d)", "$1 $2").str.replace_all(_DOSE, " ")


_BIOLOGICAL = r"(?:MAB|CEPT|TECAN|TANSINE|VEDOTIN|GRASTIM|POETIN|ALFA|BETA|TOXINA|ASE|ASPART|LISPRO|GLARGINE|ATROPIN)"


def without_biological_suffix(text: pl.Expr) -> pl.Expr:
    """Drop the four letters that FDA puts behind the name of a biological to tell makers apart: ETANERCEPT-SZZS."""
    return text.str.replace(rf"({_BIOLOGICAL})-[A-Z]{{4}}\s*$", "$1")


_STEM = r"(KETAMIN|CETAMIN|CITALOPRAM)"
_RACEMATE = rf"(?:[(\[]\s*)?(?:\bR\s*[,/+-]?\s*S\b|\bS\s*[,/+-]?\s*R\b|\+\s*/\s*-|\u00b1)(?:\s*[)\]])?[\s\-]*{_STEM}"
_PLUS = r"[(\[]?\s*\+\s*[)\]]?"


def spell_out_enantiomers(text: pl.Expr) -> pl.Expr:
    """Write racemates and enantiomers of ketamine and citalopram as one word, before punctuation is given up.

    (R,S)-KETAMINE becomes KETAMINE; S(+)-KETAMINE, (S)-KETAMINE and KETAMINE (S) become ESKETAMINE; (R)-KETAMINE
    becomes ARKETAMINE. A registered sign (R) and a plural (s) behind a word are no enantiomers.
    """
    return (
        text.str.replace_all(r"([A-Z0-9])\s?\(R\)([^-]|$)", "$1 $2")
        .str.replace_all(rf"{_STEM}([EA]?)[\s,-]*[(\[]\s*S\s*[)\]]", " ES$1$2 ")
        .str.replace_all(r"KETANEST[\s-]*[(\[]\s*S\s*[)\]]", "KETANEST S ")
        .str.replace_all(r"([A-Z]{3,})\(S\)([^-]|$)", "$1 $2")
        .str.replace_all(_RACEMATE, " $1")
        .str.replace_all(rf"[(\[]?\bS\s*[)\]]?[\s\-]*{_PLUS}[\s\-]*{_STEM}", " ES$1")
        .str.replace_all(rf"[(\[]\s*S\s*[)\]][\s\-]*{_STEM}", " ES$1")
        .str.replace_all(rf"[(\[]\s*\+\s*[)\]][\s\-]*(?:S\b[\s\-]*)?{_STEM}", " ES$1")
        .str.replace_all(rf"[(\[]\s*R\s*[)\]][\s\-]*{_STEM}", " AR$1")
    )
