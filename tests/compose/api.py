"""Airflow's API, as tests/compose/run speaks it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

_ATTEMPTS = 12


class Api:
    """A logged-in user.

    Args:
        address: of the server.
        password: of the user ``admin``.
    """

    def __init__(self, address: str, password: str) -> None:
        self._address, self._token = address, ""
        self._token = self._ask("POST", "/auth/token", {"username": "admin", "password": password})["access_token"]

    def unpause(self, dag: str) -> None:
        """Let a DAG run."""
        self._ask("PATCH", f"/api/v2/dags/{dag}?update_mask=is_paused", {"is_paused": False})

    def wait_run(self, dag: str, until: float, number: int = 1) -> str:
        """State of a DAG's first, second ... run once it is over."""
        while time.monotonic() < until:
            run = self._run(dag, number)
            if run and run["state"] in {"success", "failed"}:
                return str(run["state"])
            time.sleep(4)
        raise RuntimeError(f"{dag} is not over: {self.states(dag, number)}")

    def tasks(self, dag: str, number: int = 1) -> list[dict[str, Any]]:
        """Task instances of a run."""
        run = self._run(dag, number)
        if run is None:
            return []
        path = f"/api/v2/dags/{dag}/dagRuns/{urllib.parse.quote(run['dag_run_id'])}/taskInstances?limit=100"
        return list(self._ask("GET", path)["task_instances"])

    def mapped(self, dag: str, task: str) -> list[dict[str, Any]]:
        """Instances of one task of a DAG's first run."""
        return [one for one in self.tasks(dag) if one["task_id"].endswith(task)]

    def states(self, dag: str, number: int = 1) -> dict[str, str]:
        """State and tries of each task."""
        return {
            f"{one['task_id']} {one['map_index']}": f"{one['state']}, try {one['try_number']}"
            for one in self.tasks(dag, number)
        }

    def _run(self, dag: str, number: int) -> dict[str, Any] | None:
        runs = self._ask("GET", f"/api/v2/dags/{dag}/dagRuns?order_by=run_after&limit=10")["dag_runs"]
        return runs[number - 1] if len(runs) >= number else None

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        for attempt in range(_ATTEMPTS):
            request = urllib.request.Request(self._address + path, method=method, headers=headers, data=data)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                is_new = method == "PATCH" and error.code == 404  # the DAG has not been parsed yet
                if not (is_new or error.code >= 500) or attempt == _ATTEMPTS - 1:
                    raise RuntimeError(f"{method} {path}: {error.code} {error.read()[:500]!r}") from error
            except OSError:
                if attempt == _ATTEMPTS - 1:
                    raise
            time.sleep(10)
        raise AssertionError
