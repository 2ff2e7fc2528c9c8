"""Step: a finished build is checked by Great Expectations, becomes the published file, and old builds go."""

from __future__ import annotations

from pathlib import Path

from expectations import validate_warehouse
from pipeline.home import Home
from pipeline.reporter import Reporter, Silent
from pipeline.run_log import recorded
from pipeline.settings import Settings
from vocabulary.errors import BuildError
from warehouse.checks import IDENTITIES
from warehouse.plan import DECLARED
from warehouse.publish import keep_last, publish
from warehouse.query import open_published


def publish_build(home: Home, settings: Settings, build: Path, reporter: Reporter | None = None) -> bool:
    """Publish a build unless it is the published one already.

    Returns:
        False where nothing had to be done.

    Raises:
        BuildError: the build does not pass its checks, or could not be put in place; the last published file stays.
    """
    reporter = reporter or Silent()
    if home.published.exists() and home.published.samefile(build):
        return False
    open_published(build).close()  # one of another version of the tables is refused
    with recorded(home, "publish", build.stem):
        _check_and_publish(home, settings, build, reporter)
    return True


def _check_and_publish(home: Home, settings: Settings, build: Path, reporter: Reporter) -> None:
    reporter.step("check and publish")
    results = validate_warehouse(
        build,
        DECLARED.values(),
        [(identity.name, identity.table, identity.sql, identity.sentence) for identity in IDENTITIES],
        docs=home.quality,
        threads=settings.threads,
        memory_limit=settings.memory_limit,
    )
    broken = [result for result in results if not result.is_success and result.severity == "fail"]
    if broken:
        sentences = "; ".join(f"{result.table_name}: {result.sentence}" for result in broken[:5])
        raise BuildError(f"Build {build.stem} is not published: {sentences}. The last published file stays.")
    with home.only_writer("build"):
        publish(build, home.published)
        for name in keep_last(home.builds, home.published, settings.keep_builds):
            reporter.note(f"removed old build {name}")


def choose_build(home: Home, build_id: str | None) -> Path:
    """The build of that id, or the newest.

    Raises:
        BuildError: there is none.
    """
    builds = sorted(home.builds.glob("*.duckdb"), key=lambda path: path.stat().st_mtime_ns)
    if build_id is not None:
        builds = [path for path in builds if path.stem == build_id]
    if not builds:
        raise BuildError(f"There is no build {build_id or 'yet'} in {home.root}. Run `ketavigil build` first.")
    return builds[-1]
