"""Made-up articles, each quoted in several forms, as companies do."""

from __future__ import annotations

from functools import cache

from simulation.stream import Stream

ARTICLES, FORMS = 3_000, 4

_SURNAMES = (
    *("Abelard", "Brixen", "Corvino", "Dahlberg", "Eastvale", "Fennimore", "Gadsworth", "Hollin", "Imberg"),
    *("Jorvik", "Kestrel", "Lindqvist", "Marlowe", "Norrish", "Oakhanger", "Pellworm", "Quillon", "Rosmead"),
    *("Stavely", "Tarnmoor", "Ullswater", "Verrall", "Whitcombe", "Yarlside", "Zennor", "Ashgrove"),
    *("Birkland"),
)
_TOPICS = (
    *("hepatic", "renal", "cutaneous", "pulmonary", "cardiac", "neuropsychiatric", "haematological"),
    *("vestibular", "ocular", "vesical", "thyroid", "pancreatic", "muscular", "vascular"),
)
_FINDINGS = (
    *("failure", "necrosis", "toxicity", "dysfunction", "hypersensitivity", "haemorrhage", "inflammation"),
    *("insufficiency", "thrombosis", "oedema", "ulceration", "neuropathy", "encephalopathy", "collapse"),
)
_SETTINGS = (
    *("elderly", "adolescent", "pregnant", "transplanted", "dialysed", "postoperative", "immunosuppressed"),
    *("malnourished", "critically", "hospitalised", "institutionalised", "rural"),
)
_MANNERS = (
    *("unexpected", "recurrent", "fatal", "reversible", "delayed", "prolonged", "fulminant", "paradoxical"),
    *("refractory", "transient", "masked", "familial"),
)
_JOURNALS = (
    "J Imagined Med",
    "Ann Simul",
    "Acta Fabricata",
    "Invented Pharmacovigil",
    "Revista Ficticia",
    "Made Up Lett",
)


@cache
def article_texts() -> list[str]:
    """``FORMS`` texts of each of ``ARTICLES`` articles, one after another."""
    stream = Stream(0, "articles")
    found: list[str] = []
    for number in range(ARTICLES):
        draw = stream.words(16).tolist()
        authors = [
            f"{_SURNAMES[draw[place] % len(_SURNAMES)]} {chr(65 + draw[place + 1] % 26)}" for place in range(0, 6, 2)
        ]
        title = (
            f"{_MANNERS[draw[6] % len(_MANNERS)]} {_TOPICS[draw[7] % len(_TOPICS)]} "
            f"{_FINDINGS[draw[8] % len(_FINDINGS)]} with {_TOPICS[draw[9] % len(_TOPICS)]} "
            f"{_FINDINGS[draw[10] % len(_FINDINGS)]} in {_SETTINGS[draw[11] % len(_SETTINGS)]} patients"
        ).capitalize()
        journal, year, volume = _JOURNALS[draw[12] % len(_JOURNALS)], 1995 + draw[13] % 30, 1 + draw[14] % 60
        page = 1 + number % 900
        found += [
            f"{', '.join(authors)}. {title}. {journal}. {year};{volume}:{page}-{page + 4}",
            f"{authors[0]}, et al. {title}: a case report. {journal.upper()} {year}, vol. {volume}",
            f"{title}. {'; '.join(authors)}. {journal}, {year}",
            f"{'., '.join(authors)}.. {title.upper()}.. {journal}. {year};{volume} ({1 + page % 12}):{page}",
        ]
    return found
