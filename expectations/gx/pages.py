"""Data Docs: Great Expectations' own pages, written one by one, readable without a network.

Its site builder would draw every page anew for each quarter and keep the results in stores of its own, and its page
frames fetch style sheets, fonts and scripts from other servers. So its renderers draw the pages, and the frames around
them come from ``templates/``: the same words and tables, one page per quarter, nothing fetched.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from great_expectations import ExpectationSuite
from great_expectations import __version__ as ge_version
from great_expectations.core import ExpectationSuiteValidationResult
from jinja2 import ChoiceLoader, FileSystemLoader

from expectations.certificate import Result, status_of
from expectations.gx.checks import Verdict, expectation
from expectations.gx.memory import remembered_configurations
from expectations.rule import Form, Rule

# The package exports these in a way that no type checker follows.
_RENDERERS: Any = import_module("great_expectations.render.renderer")
_VIEWS: Any = import_module("great_expectations.render.view")

_TEMPLATES = Path(__file__).parent / "templates"
_ASSETS = ("data_docs.css", "data_docs.js")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_INDEX = {
    "validation_success": "Status",
    "run_name": "Validation",
    "asset_name": "Source",
    "batch_identifier": "Outcome",
    "expectation_suite_name": "Suite",
}
"""Columns of the index; the run's time and id, which the original shows, are not kept."""


def write_results(docs: Path, suite: str, name: str, asset: str, judged: Sequence[tuple[Verdict, Result]]) -> None:
    """Write the page of one validation, and the line that the index will carry.

    Args:
        docs: Folder of Data Docs.
        suite: Suite that was applied.
        name: What was validated, such as ``2022q4``; the page's name.
        asset: Where it came from, such as the zip's name.
        judged: Verdict and result of each rule.
    """
    results = tuple(result for _, result in judged)
    broken = [result for result in results if not result.is_success]
    status = status_of(results)
    validation = ExpectationSuiteValidationResult(
        success=status in {"passed", "warned"},
        results=[_shown(verdict, result) for verdict, result in judged],
        suite_name=suite,
        statistics={
            "evaluated_expectations": len(results),
            "successful_expectations": len(results) - len(broken),
            "unsuccessful_expectations": len(broken),
            "success_percent": 100 * (1 - len(broken) / len(results)) if results else None,
        },
        meta={"batch_spec": {"data_asset_name": f"{name} ({asset})" if asset else name}},
    )
    # The run's time and id are left out: the same data and rules give the same page.
    with remembered_configurations():
        document = _RENDERERS.ValidationResultsPageRenderer(run_info_at_end=True).render(validation)
    document.sections = [section for section in document.sections if section.section_name != "Run Info"]
    _add_columns(document.sections, [verdict.rule for verdict, _ in judged])
    document.page_title = f"{name}: {status}"
    _write(docs / "validations" / f"{name}.html", _page(document).replace("../../../../", "../"))
    line = {"name": name, "asset": asset, "suite": suite, "status": status, "broken": len(broken)}
    _write(docs / "validations" / f"{name}.json", json.dumps(line) + "\n")
    _write_assets(docs)


def write_suite(docs: Path, suite: str, rules: Sequence[Rule]) -> None:
    """Write the page of a suite, unless the page that is there already shows these very rules."""
    page = docs / "expectations" / f"{suite}.html"
    digest = hashlib.sha256(repr((ge_version, rules)).encode() + Path(__file__).read_bytes()).hexdigest()
    stamp = page.with_suffix(".sha256")
    if page.is_file() and stamp.is_file() and stamp.read_text() == digest:
        return
    shown = ExpectationSuite(name=suite, expectations=[expectation(rule, column=rule.section) for rule in rules])
    document: Any = _RENDERERS.ExpectationSuitePageRenderer().render(shown)
    for section, section_rules in _by_section(document.sections, rules):
        bullets = section.content_blocks[-1].bullet_list
        # Each rule is a bullet and a line below it.
        for index, rule in enumerate(section_rules):
            bullets[2 * index] = [bullets[2 * index], f" ({rule.severity.value}, {rule.kind.value})"]
    document.page_title = suite
    _write(page, _page(document))
    _write(stamp, digest)
    _write_assets(docs)


def write_index(docs: Path) -> None:
    """Write the first page: all validations, latest first, and the suites."""
    lines = [json.loads(path.read_text()) for path in sorted((docs / "validations").glob("*.json"), reverse=True)]
    links = {
        "site_name": "checks of FAERS quarters and of the warehouse",
        "validations_links": [
            {
                "validation_success": line["status"] in {"passed", "warned"},
                "run_name": line["name"],
                "asset_name": escape(line["asset"]),
                "batch_identifier": f"{line['status']}, {line['broken']} rules broken",
                "expectation_suite_name": line["suite"],
                "expectation_suite_filepath": f"expectations/{line['suite']}.html",
                "filepath": f"validations/{line['name']}.html",
            }
            for line in lines
        ],
        "expectations_links": [
            {"expectation_suite_name": path.stem, "filepath": f"expectations/{path.name}"}
            for path in sorted((docs / "expectations").glob("*.html"))
        ],
    }
    document: Any = _RENDERERS.SiteIndexPageRenderer().render(links)
    for tab in document.sections[0].content_blocks[-1].tabs:
        if tab["tab_name"] == "Validation Results":
            tab["tab_content"].table_columns = [{"field": field, "title": title} for field, title in _INDEX.items()]
    _write(docs / "index.html", _framed(_VIEWS.DefaultJinjaIndexPageView, document, root=""))
    _write_assets(docs)


def _shown(verdict: Verdict, result: Result) -> Any:
    """Great Expectations' result as the page shows it: under ``table.column``, and with the words of the result.

    Values of the data are made harmless here, because the renderers write them into the page as they are.
    """
    raw = verdict.raw
    raw.expectation_config.kwargs["column"] = verdict.rule.section
    if verdict.rule.form is Form.MEASURE:
        found = result.sentence.partition(" Found: ")[2].partition("; limit: ")[0]
        raw.result["observed_value"] = escape(found or result.observed_text or "")
    else:
        values = raw.result["partial_unexpected_list"]
        raw.result["partial_unexpected_list"] = [escape(str(value)) for value in values]
        for entry in raw.result.get("partial_unexpected_counts", ()):
            entry["value"] = escape(str(entry["value"]))
    return raw


def _add_columns(sections: Sequence[Any], rules: Sequence[Rule]) -> None:
    """Severity and kind beside each rule: the renderer's own way to custom columns is refused by its own forms."""
    for section, section_rules in _by_section(sections, rules):
        block = section.content_blocks[-1]
        block.header_row += ["Severity", "Kind"]
        for row, rule in zip(block.table, section_rules, strict=True):
            row += [rule.severity.value, rule.kind.value]


def _by_section(sections: Sequence[Any], rules: Sequence[Rule]) -> Iterator[tuple[Any, list[Rule]]]:
    """Sections that list rules, each with its rules in the order in which it lists them."""
    listed: dict[str, list[Rule]] = {}
    for rule in rules:
        listed.setdefault(rule.section, []).append(rule)
    for section in sections:
        if section.section_name in listed:
            yield section, listed[section.section_name]


def _page(document: Any) -> str:
    return _framed(_VIEWS.DefaultJinjaPageView, document, root="../")


def _framed(view_class: type, document: Any, root: str) -> str:
    text: str = _view(view_class).render(document, root=root)
    numbers: dict[str, str] = {}
    # Element ids are random; numbered instead, the same results give the same page.
    return _UUID.sub(lambda found: numbers.setdefault(found.group(), f"n{len(numbers)}"), text)


@cache
def _view(view_class: type) -> Any:
    view: Any = view_class()
    view.env.loader = ChoiceLoader([FileSystemLoader(_TEMPLATES), view.env.loader])
    return view


def _write_assets(docs: Path) -> None:
    for name in _ASSETS:
        text = (_TEMPLATES / name).read_text(encoding="utf-8")
        target = docs / "static" / name
        if not target.is_file() or target.read_text(encoding="utf-8") != text:
            _write(target, text)


def _write(path: Path, text: str) -> None:
    """Whole or not at all: quarters may be validated side by side."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)
