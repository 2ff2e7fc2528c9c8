"""Reports that tell of one patient under several case numbers, and reports that only look so.

A planted story is told by two to eight cases of one or two quarters. Duplicates are of the kinds that occur:

* ``several_manufacturers``: each company sends what it heard, under its own number;
* ``literature``: an article about one patient, copied by every company whose drug is in it, each in its own form;
* ``consumer_professional``: the patient and the physician report, the patient less exactly and sometimes to FDA;
* ``authority``: another authority's report, passed on by several companies with that authority's number;
* ``resent``: one sender, one number, two case numbers.

In all kinds fields are missing or partial, drugs go by other names, and some drugs and terms are added or left out.
Near misses are different people: ``clinic_batch`` (one sender, one day, one drug, one term) and ``article_series``
(patients of one article). Planted cases are never sighted again and never deleted, so that what is planted stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from simulation.articles import ARTICLES, FORMS
from simulation.casebook import Plan
from simulation.drugs import NameBook, drug_book
from simulation.layouts import Era, era_of
from simulation.patients import FIRST_YEARS, YEARS, weight_texts
from simulation.retelling import Told
from simulation.rows import Drugs, Rows
from simulation.scenario import STANDARD
from simulation.stream import Dice, Ints, Stream
from simulation.terms import term_book
from vocabulary.quarter import Quarter

STORIES, NEAR_MISSES = 0.008, 0.0008
"""Planted stories and groups of near misses per report of a quarter."""

KINDS = ("several_manufacturers", "literature", "consumer_professional", "authority", "resent")
NEAR_KINDS = ("clinic_batch", "article_series")
_KIND_OF_TEN = (0, 0, 0, 1, 1, 2, 2, 3, 3, 4)
_MOST_REMEMBERED = 400
_SENDERS = 22
_FEMALE, _MALE, _BLANK_SEX = 0, 1, 3
_DAY, _MONTH, _YEAR = 0, 1, 2
_CONSUMER, _PHYSICIAN, _OTHER = 0, 1, 2
_PS, _SS, _C = 0, 1, 2


@dataclass(frozen=True)
class Story:
    """A patient as somebody who knew everything would tell."""

    patient: int
    kind: str
    era: Era
    sex: int
    age: int
    country: int
    context: int
    main: int
    drugs: tuple[tuple[int, int, int], ...]
    """Role, ingredient number and route of each."""
    terms: tuple[int, ...]
    outcomes: tuple[int, ...]
    indications: tuple[tuple[int, int], ...]
    """Place of the drug among ``drugs``, and term."""
    event_day: int
    weight: int
    sender: int
    number: int
    article: int


@dataclass
class Planted:
    """What is planted, quarter by quarter; remembers stories that a later quarter may tell again."""

    truth: list[tuple[int, int, int, str]] = field(default_factory=list)
    """Case, patient, group (patients who look alike share one) and kind."""
    _remembered: list[Story] = field(default_factory=list)
    _patients: int = 0

    def plant(self, plan: Plan, rows: Rows, told: Told, quarter: Quarter, names: NameBook, stream: Stream) -> Rows:
        """Let some new cases of a quarter tell planted stories.

        Args:
            plan: the quarter's reports; patients of planted ones are changed in place.
            rows: what the reports say.
            told: what they say in DEMO; that of planted reports is written in.
            quarter: the quarter.
            names: name fields of its era.
            stream: source of chance.

        Returns:
            The rows with the stories in them.
        """
        size = len(plan.reports)
        work = _Quarter(self, plan, rows, era_of(quarter), names, Dice(stream), told)
        plain = (plan.excluded < 0) & ~plan.again & ~plan.followup & rows.has_drug(size) & rows.has_term(size)
        free = np.flatnonzero(plain)
        free = free[np.argsort(stream.words(len(free)), kind="stable")][: size // 20].tolist()
        for _ in range(round(size * STORIES)):
            if len(free) >= 8:
                work.story(free)
        for _ in range(round(size * NEAR_MISSES)):
            if len(free) >= 8:
                work.near_miss(free)
        self._remembered = work.remembered[:_MOST_REMEMBERED]
        return work.finish(stream)

    def earlier(self, era: Era, dice: Dice) -> Story | None:
        """A story of the quarter before, each only once."""
        same = [place for place, story in enumerate(self._remembered) if story.era is era]
        return self._remembered.pop(same[dice.below(len(same))]) if same else None

    def patient(self) -> int:
        """A new patient's number."""
        self._patients += 1
        return self._patients


class _Quarter:
    """One quarter at work."""

    def __init__(
        self,
        planted: Planted,
        plan: Plan,
        rows: Rows,
        era: Era,
        names: NameBook,
        dice: Dice,
        told: Told,
    ) -> None:
        self.planted, self.plan, self.rows, self.era = planted, plan, rows, era
        self.names, self.dice, self.told = names, dice, told
        self.remembered: list[Story] = []
        self.written: dict[int, Story] = {}

    def story(self, free: list[int]) -> None:
        """Tell one patient's story in several reports."""
        dice = self.dice
        kind = KINDS[_KIND_OF_TEN[dice.below(10)]]
        earlier = self.planted.earlier(self.era, dice) if dice.chance(30) else None
        story = earlier or self._from(free.pop(), kind)
        copies = {"literature": 2 + dice.below(5), "several_manufacturers": 1 + dice.below(4)}.get(
            story.kind, 1 + dice.below(2) if story.kind == "authority" else 1
        )
        for number in range(1, copies + 1):
            self._tell(free.pop(), story, number)
        if earlier is None and dice.chance(40):
            self.remembered.append(story)

    def near_miss(self, free: list[int]) -> None:
        """Tell of several people who have much in common."""
        dice = self.dice
        kind = NEAR_KINDS[dice.below(2)]
        base = self._from(free[-1], kind, is_told=False)
        group, number, scenario_terms = self.planted.patient(), 1_000_000 + dice.below(9_000_000), _common_terms()
        ordinary = len(drug_book().substances) + dice.below(len(drug_book().ordinary))
        while ordinary in drug_book().paired:
            ordinary = len(drug_book().substances) + dice.below(len(drug_book().ordinary))
        shared = tuple(scenario_terms[dice.below(len(scenario_terms))] for _ in range(1 + dice.below(2)))
        base = replace(
            base,
            main=ordinary,
            drugs=((_PS, ordinary, base.drugs[0][2]),),
            terms=tuple(dict.fromkeys(shared)),
            indications=(),
        )
        for place in range(3 + dice.below(5)):
            someone = replace(
                base,
                patient=self.planted.patient(),
                sex=_FEMALE if dice.chance(60) else _MALE,
                age=-1 if dice.chance(7) else FIRST_YEARS + 16 + dice.below(70),
                weight=-1 if dice.chance(40) else self._weight(),
                number=number + place,
                event_day=-1 if kind == "article_series" else base.event_day,
                article=base.article if kind == "article_series" else -1,
            )
            report = free.pop()
            self._write(report, someone, group)
            self._say(report, someone, someone.sender, someone.number, someone.article * FORMS, _PHYSICIAN)

    def _from(self, report: int, kind: str, *, is_told: bool = True) -> Story:
        """The story that a drawn report tells, with what it leaves out filled in."""
        dice, record = self.dice, self.plan.reports[report]
        drugs, terms, outcomes, indications = self.rows.of(report)
        sex = int(record["sex"])
        story = Story(
            patient=self.planted.patient(),
            kind=kind,
            era=self.era,
            sex=sex if sex in (_FEMALE, _MALE) else dice.below(2),
            age=int(record["age"]) if record["age"] and dice.chance(50) else FIRST_YEARS + 2 + dice.below(85),
            country=int(record["country"]),
            context=int(record["context"]),
            main=int(record["main"]),
            drugs=drugs,
            terms=terms,
            outcomes=outcomes,
            indications=indications,
            event_day=int(record["day"]) - 5 - dice.below(300) if int(record["day"]) > 0 else -1,
            weight=self._weight(),
            sender=dice.below(_SENDERS),
            number=1_000_000 + dice.below(9_000_000),
            article=dice.below(ARTICLES) if kind in ("literature", "article_series") else -1,
        )
        if is_told:
            self._write(report, story, story.patient)
            literature = story.article * FORMS if story.article >= 0 else -1
            self._say(report, story, story.sender, story.number, literature, _PHYSICIAN)
        return story

    def _tell(self, report: int, story: Story, number: int) -> None:
        """One more report of a story, with what goes wrong on the way."""
        dice = self.dice
        heard = replace(
            story,
            sex=_BLANK_SEX if dice.chance(4) else story.sex,
            age=self._age(story.age),
            weight=-1 if dice.chance(35) else story.weight,
            event_day=-1 if dice.chance(12) or story.event_day < 0 else story.event_day + self._shift(),
        )
        heard = self._retold(heard)
        sender = (story.sender + number * 5 + dice.below(4)) % _SENDERS
        own = 1_000_000 + dice.below(9_000_000)
        occupation = _CONSUMER if story.kind == "consumer_professional" else _PHYSICIAN + 2 * dice.below(2)
        if story.kind == "resent":
            sender, own = story.sender, story.number
        elif story.kind == "consumer_professional" and dice.chance(50):
            sender = story.sender
        self._write(report, heard, story.patient)
        literature = story.article * FORMS + number % FORMS if story.article >= 0 else -1
        self._say(report, heard, sender, own, literature, occupation)
        if story.kind == "consumer_professional":
            self.told.event_precision[report] = (_DAY, _MONTH, _MONTH, _YEAR)[dice.below(4)]
            self.plan.direct[report] = dice.chance(30)
        elif dice.chance(15):
            self.told.event_precision[report] = _MONTH if dice.chance(70) else _YEAR

    def _retold(self, story: Story) -> Story:
        """The story with some drugs and terms left out and some added; the first drug stays."""
        dice = self.dice
        kept = [place for place in range(len(story.drugs)) if place == 0 or not dice.chance(12)]
        drugs = [story.drugs[place] for place in kept]
        if dice.chance(25):
            every = self.rows.drugs
            added = [dice.below(len(every.ingredient)) for _ in range(1 + dice.below(3))]
            drugs += [(_C, int(every.ingredient[row]), int(every.route[row])) for row in added]
        indications = tuple((kept.index(place), term) for place, term in story.indications if place in kept)
        terms = [term for term in story.terms if not dice.chance(12)] or [story.terms[0]]
        if dice.chance(20):
            other = self.rows.reaction[1]
            terms.append(int(other[dice.below(len(other))]))
        return replace(story, drugs=tuple(drugs), terms=tuple(dict.fromkeys(terms)), indications=indications)

    def _write(self, report: int, story: Story, group: int) -> None:
        record = self.plan.reports[report : report + 1]
        record["sex"], record["age"], record["country"] = story.sex, max(story.age, 0), story.country
        record["context"], record["main"] = story.context, story.main
        self.plan.direct[report] = False
        self.written[report] = story
        self.told.is_planted[report] = True
        self.planted.truth.append((int(record["case_id"][0]), story.patient, group, story.kind))

    def _say(self, report: int, story: Story, sender: int, number: int, literature: int, occupation: int) -> None:
        told = self.told
        told.event_day[report], told.event_precision[report] = story.event_day, _DAY
        told.weight[report] = max(story.weight, 0)
        told.sender[report], told.number[report], told.occupation[report] = sender, number, occupation
        told.literature[report] = literature
        # The authority's number belongs to the patient: it is the number of the first report.
        told.authority[report] = story.patient if story.kind == "authority" else -1

    def _age(self, age: int) -> int:
        if self.dice.chance(10):
            return -1
        is_years = FIRST_YEARS < age < FIRST_YEARS + YEARS - 1
        return age + 1 - 2 * self.dice.below(2) if is_years and self.dice.chance(8) else age

    def _shift(self) -> int:
        return self.dice.below(7) - 3 if self.dice.chance(6) else 0

    def _weight(self) -> int:
        return 1 + self.dice.below(len(weight_texts()[0]) - 1)

    def finish(self, stream: Stream) -> Rows:
        """The quarter's rows with those of planted reports in the place of what was drawn for them."""
        order = sorted(self.written)
        stories = [self.written[report] for report in order]
        owner = np.repeat(order, [len(story.drugs) for story in stories]).astype(np.int64)
        drugs = np.array([drug for story in stories for drug in story.drugs], dtype=np.int64).reshape(-1, 3)
        role, ingredient, route = drugs[:, 0], drugs[:, 1], drugs[:, 2]
        name = self.names.start[ingredient] + stream.below(len(ingredient), self.names.count[ingredient])
        place = [number for story in stories for number in range(1, len(story.drugs) + 1)]
        sequence = np.array(place, dtype=np.int64)
        if not self.era.is_faers:
            sequence = int(self.rows.drugs.sequence.max()) + 1 + np.arange(len(owner))
        first = dict(zip(order, np.cumsum([0] + [len(story.drugs) for story in stories])[:-1].tolist(), strict=True))
        told = [
            (report, int(sequence[first[report] + drug]), term)
            for report, story in self.written.items()
            for drug, term in story.indications
        ]
        return self.rows.replaced(
            np.array(order, dtype=np.int64),
            Drugs(owner, sequence, role, ingredient, name, route, np.ones(len(owner), dtype=bool)),
            _flat({report: self.written[report].terms for report in order}),
            _flat({report: self.written[report].outcomes for report in order}),
            tuple(np.array([row[part] for row in told], dtype=np.int64) for part in range(3)),  # type: ignore[arg-type]
        )


def _common_terms() -> list[int]:
    """Terms of near misses: side-effect terms, so that no pair of known odds ratio is touched."""
    return [term_book().number(term) for term in STANDARD.base_share if term not in ("Dissociation", "Vision blurred")]


def _flat(told: dict[int, tuple[int, ...]]) -> tuple[Ints, Ints]:
    owner = np.repeat(list(told), [len(values) for values in told.values()]).astype(np.int64)
    return owner, np.array([value for values in told.values() for value in values], dtype=np.int64)
