"""The running stack of tests/compose/run: compose commands, what is in the containers, the pages, and accidents."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = "ketavigil-test"
API, PAGES = "http://127.0.0.1:18080", "http://127.0.0.1:18081"
PARTS = 13
"""Containers with two workers, the server of quarters and the first step."""


class Stack:
    """One compose project of a test."""

    def __init__(self, root: Path, work: Path, images: dict[str, str]) -> None:
        self.root, self.work = root, work
        self.env_file = work / ".env"
        self.environment = (
            os.environ
            | images
            | {
                "TEST_QUARTERS": str(work / "quarters"),
                "AIRFLOW_PORT": API.rpartition(":")[2],
                "WEB_PORT": PAGES.rpartition(":")[2],
                "AIRFLOW_BASE_URL": API,
                "AIRFLOW_HEARTBEAT_TIMEOUT": "60",
                "WORKER_CONCURRENCY": "1",
                # The stand-in keeps everything in memory, and a file of many parts twice: at 1 GB it was ended.
                "STORE_MEMORY": "4g",
                "KETAVIGIL_SOURCE": "http://faers:8000",
                "KETAVIGIL_QUARTERS": "2022q1..2022q4",
            }
        )
        has_plugin = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
        self.command = ["docker", "compose"] if has_plugin else ["docker-compose"]

    def compose(self, *arguments: str, check: bool = True, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """A compose command on this project."""
        files = ["-f", "docker-compose.yml", "-f", "tests/compose/docker-compose.test.yml"]
        command = [*self.command, "-p", PROJECT, "--env-file", str(self.env_file), *files, *arguments]
        done = subprocess.run(
            command, env=self.environment, cwd=self.root, input=text, capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise RuntimeError(f"compose {' '.join(arguments[:3])}: {done.stderr[-2000:]}")
        return done

    def logs(self) -> str:
        """What all containers said."""
        return self.compose("logs", "--no-color", "--tail", "400", check=False).stdout

    def secret(self, name: str) -> str:
        """A generated value of .env."""
        lines = (line.split("=", 1) for line in self.env_file.read_text().splitlines() if "=" in line)
        return dict(lines)[name]

    def simulate(self, quarters: list[str], reports: int) -> None:
        """Made-up quarters and one clinic batch, written by our own image."""
        out = self.work / "made"
        out.mkdir()
        out.chmod(0o777)
        ours = ["run", "--rm", "-v", f"{out}:/out", self.environment["KETAVIGIL_IMAGE"]]
        size = ["--reports", str(reports), "--clinics", "1", "--patients", "40", "--seed", "11"]
        period = f"{quarters[0]}..{quarters[-1]}"
        docker(*ours, "ketavigil", "simulate", "--out", "/out/all", "--quarters", period, *size)
        docker(*ours, "chmod", "-R", "a+rX", "/out/all")
        (self.work / "quarters").mkdir()
        for path in (out / "all").glob("*.zip"):
            shutil.copy(path, self.work / "quarters")
        batch = next(path for path in sorted((out / "all" / "clinics").iterdir()) if path.is_dir())
        shutil.copytree(batch, self.work / "clinics" / batch.name)

    def containers(self, service: str) -> list[str]:
        """Ids of a service's containers."""
        return self.compose("ps", "-q", service).stdout.split()

    def inspected(self) -> list[dict[str, Any]]:
        """What the engine knows of every container."""
        return [json.loads(docker("inspect", one))[0] for one in self.compose("ps", "-q").stdout.split()]

    def wait_healthy(self, until: float, tell: Callable[[str], None]) -> None:
        """Every container with a health check is healthy, and the first step has ended well."""
        while True:
            seen: dict[str, str] = {}
            for found in self.inspected():
                state = found["State"]
                seen[found["Name"].strip("/")] = state.get("Health", {}).get("Status") or state["Status"]
            waiting = {name: one for name, one in seen.items() if one not in {"healthy", "running", "exited"}}
            if len(seen) >= PARTS - 1 and not waiting:
                tell(f"{len(seen)} containers, all with a health check are healthy: {', '.join(sorted(seen))}")
                return
            if time.monotonic() > until:
                raise RuntimeError(f"not healthy: {waiting}")
            time.sleep(3)

    def in_build(self, code: str) -> str:
        """Run Python in the worker that builds."""
        return self.compose("exec", "-T", "worker-build", "python", "-", text=code).stdout

    def store(self) -> list[str]:
        """Names of the parts in the store."""
        code = "import json, os\nfrom pipeline.store import Store\n"
        code += "print(json.dumps(list(Store(os.environ['KETAVIGIL_STORE']).indexes())))"
        return list(json.loads(self.in_build(code)))

    def receipts(self, quarter: str) -> list[dict[str, Any]]:
        """Receipts of a quarter, as pulled from the store by the machine that builds."""
        path = f"/var/lib/ketavigil/raw/faers/{quarter}/receipts.json"
        return list(json.loads(self.in_build(f"print(open({path!r}).read())")))

    def drop_batch(self) -> None:
        """A clinic batch lands in the drop folder, as docs/operations.md says."""
        (batch,) = (self.work / "clinics").iterdir()
        self._drop(batch)

    def drop_bad_batch(self) -> None:
        """One without a single table lands in the drop folder."""
        batch = self.work / "batch"
        batch.mkdir()
        (batch / "manifest.json").write_text("{}\n")
        self._drop(batch)

    def _drop(self, batch: Path) -> None:
        packed = subprocess.run(["tar", "-C", batch.parent, "-c", batch.name], capture_output=True, check=True).stdout
        container = self.containers("worker")[0]
        command = ["docker", "exec", "-i", container, "tar", "-x", "-C", "/srv/ketavigil/clinics"]
        subprocess.run(command, input=packed, capture_output=True, check=True)

    def refused(self) -> int:
        """How many batches lie in quarantine, as any worker sees it."""
        place = "/var/lib/ketavigil/quarantine/clinic"
        return len(self.compose("exec", "-T", "worker", "ls", place, check=False).stdout.split())

    @property
    def web_login(self) -> tuple[str, str]:
        """User and password of the pages."""
        return self.secret("WEB_USER"), self.secret("WEB_PASSWORD")

    def page(self, path: str, login: tuple[str, str] | None) -> int:
        """Status of a page."""
        request = urllib.request.Request(PAGES + path)
        if login:
            request.add_header("Authorization", "Basic " + base64.b64encode(":".join(login).encode()).decode())
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def published_ports(self) -> list[str]:
        """Ports of this machine that lead in."""
        maps = [found["NetworkSettings"]["Ports"] or {} for found in self.inspected()]
        return [f"{to['HostIp']}:{to['HostPort']}" for ports in maps for bound in ports.values() for to in bound or []]

    def users(self) -> dict[str, str]:
        """Who the main process of each service is."""
        services = ("worker", "worker-build", "scheduler", "api-server", "postgres", "broker", "web", "store")
        return {service: docker("exec", self.containers(service)[0], "id", "-un").strip() for service in services}


def docker(*arguments: str) -> str:
    """A docker command's output."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"docker {' '.join(arguments[:2])}: {done.stderr[-1500:]}")
    return done.stdout


def kill(container: str) -> None:
    """As a crash: the process is killed from outside, so that the restart rule has to bring it back."""
    if os.geteuid() == 0:
        os.kill(int(docker("inspect", "-f", "{{.State.Pid}}", container)), signal.SIGKILL)
    else:
        docker("kill", container)
        docker("start", container)
