"""Documentation says what the code does: settings, links, tables and commands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.settings import Settings
from warehouse.plan import DECLARED, PRIVATE

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def settings_table() -> str:
    """The table of docs/settings.md."""
    lines = ["| variable | default | what it is |", "|---|---|---|"]
    for name, setting in Settings.model_fields.items():
        default = "none" if setting.default is None else f"`{setting.default}`"
        lines.append(f"| `KETAVIGIL_{name.upper()}` | {default} | {setting.description} |")
    return "\n".join(lines)


def test_every_setting_is_documented():
    """To mend it: run this file as a script, read the diff."""
    assert settings_table() in (ROOT / "docs" / "settings.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)#]+)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tables_that_are_named_exist(page):
    schemas = "|".join(sorted({name.split(".")[0] for name in DECLARED}))
    named = set(re.findall(rf"`((?:{schemas})\.[a-z_]+)", page.read_text()))
    known = {*DECLARED, *(f"{schema}.py" for schema in schemas.split("|"))}
    known |= {name.removeprefix("clinic.") for name in PRIVATE}
    assert not {name for name in named if name not in known and not name.endswith("_")}


def test_every_command_in_the_readme_is_one():
    text = (ROOT / "README.md").read_text()
    commands = set(re.findall(r"ketavigil (?!run --)([a-z]+)", text)) & set(
        re.findall(r"`?\.?[\w/]*ketavigil ([a-z]+)", text)
    )
    shown = subprocess.run([sys.executable, "-m", "pipeline.cli", "--help"], capture_output=True, text=True, check=True)
    for command in commands:
        assert re.search(rf"\b{command}\b", shown.stdout), command


if __name__ == "__main__":
    path = ROOT / "docs" / "settings.md"
    head = path.read_text().split("-->")[0]
    path.write_text(f"{head}-->\n{settings_table()}\n")
