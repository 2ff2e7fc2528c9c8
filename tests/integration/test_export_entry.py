"""What the DAG exports_publish does, without Airflow: marts or a query into a named folder of the data folder."""

from __future__ import annotations

import os

import pytest

from pipeline.exports_entry import publish_export
from pipeline.home import Home
from vocabulary.errors import QueryError, SettingsError


@pytest.fixture
def home(four_quarters, tmp_path, monkeypatch):
    place = Home(tmp_path)
    place.published.parent.mkdir(parents=True)
    os.link(four_quarters.home.published, place.published)
    monkeypatch.setenv("KETAVIGIL_HOME", str(tmp_path))
    return place


def test_chosen_marts_and_a_query_are_exported(home):
    params = {"marts": ["evidence"], "query": "SELECT 1 AS one", "formats": ["csv"], "name": None}
    assert publish_export(params) == "published"
    folder = home.root / "exports" / "published"
    assert sorted(path.name for path in (folder / "data").iterdir()) == ["answer.csv", "evidence.csv"]
    assert publish_export({**params, "marts": None, "name": "mine"}) == "mine"
    assert [path.name for path in (home.root / "exports" / "mine" / "data").iterdir()] == ["answer.csv"]


def test_a_wrong_request_leaves_nothing_behind(home):
    with pytest.raises(QueryError, match="No mart or view nothing"):
        publish_export({"marts": ["nothing"]})
    with pytest.raises(QueryError, match="No format pdf"):
        publish_export({"marts": ["evidence"], "formats": ["pdf"]})
    assert not (home.root / "exports").exists()


def test_a_relative_home_is_refused(monkeypatch):
    monkeypatch.setenv("KETAVIGIL_HOME", "data")
    with pytest.raises(SettingsError, match="absolute path"):
        publish_export({"marts": ["evidence"]})
