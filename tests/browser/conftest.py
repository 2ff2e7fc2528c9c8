"""One small home with its site, made once; a Chromium that may not speak to anybody."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.dashboards import publish_site
from pipeline.home import Home
from pipeline.reporter import Silent
from pipeline.run import run
from pipeline.settings import Settings

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@dataclass(frozen=True)
class Made:
    """A home whose pages are published."""

    home: Home
    settings: Settings

    @property
    def site(self) -> Path:
        return self.home.root / "site" / "current"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One small simulated quarter, one clinic, and the pages of their build."""
    base = tmp_path_factory.getbasetemp()
    # Tests run in several processes; the second finds what the first has made.
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "site_home"
    folder.mkdir(exist_ok=True)
    settings = Settings(
        home=folder / "home",
        simulated_quarters="2022q4",
        simulated_reports=2_500,
        simulated_clinics=1,
        simulated_patients=200,
    )
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        home = Home(settings.home)
        if not (home.root / "site" / "current").is_dir():
            run(home, settings, None, None, NOON, Silent())
            publish_site(home, settings)
    return Made(home, settings)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium of this machine."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium is installed on this machine: pages cannot be opened")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()
