"""Airflow for one person, as ``make airflow`` starts it: SQLite, two workers, loopback only, all kept in one folder.

Usage: ``run_airflow.py FOLDER PORT [ARGUMENTS]``. With arguments it is the command ``airflow`` in that folder, such as
``dags unpause faers_quarterly``. Without, it starts the parts and runs until Ctrl-C, which lets running tasks finish;
a second Ctrl-C ends them.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
AIRFLOW = [sys.executable, "-m", "airflow"]  # not the command by name: .venv/bin need not be on PATH
PASSWORDS = "simple_auth_manager_passwords.json.generated"
POOLS = ROOT / "dags" / "pools.json"
PARTS = {
    "api-server": ["api-server", "--host", "127.0.0.1"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],  # which would be served on all interfaces; they are read as files
    "scheduler": ["scheduler", "--skip-serve-logs"],
}
"""In the order of their start: a task that cannot reach the server fails. The triggerer watches the clinics' folder."""


def environment(folder: Path, port: str) -> dict[str, str]:
    """What every part needs. Settings of another Airflow are left out; those of this one are in FOLDER/airflow.cfg."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "_AIRFLOW"))}
    own["KETAVIGIL_HOME"] = str(Path(own.get("KETAVIGIL_HOME") or ROOT / "data").resolve())
    if (source := own.get("KETAVIGIL_SOURCE")) and Path(source).is_dir():
        own["KETAVIGIL_SOURCE"] = str(Path(source).resolve())
    server = f"http://127.0.0.1:{port}"
    return own | {
        **{f"{name.upper()}_POOL": name for name in json.loads(POOLS.read_text())},  # KETAVIGIL_BUILD_POOL and so on
        "PYTHONPATH": str(ROOT),
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__API__BASE_URL": server,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": port,
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{server}/execution/",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "2",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
    }


def make_password(folder: Path) -> str | None:
    """Make the admin's password where SimpleAuthManager reads it; None where there is one already."""
    path = folder / PASSWORDS
    if path.exists():
        return None
    path.touch(mode=0o600)
    path.write_text(json.dumps({"admin": (password := secrets.token_urlsafe(12))}) + "\n")
    return password


def make_pools(server: str, folder: Path) -> None:
    """Make the pools that tasks name, where they are missing: a task of a pool that is not there waits for ever.

    Pools whose slots somebody has changed stay as they are.
    """
    users = json.loads((folder / PASSWORDS).read_text())
    with httpx.Client(base_url=server, trust_env=False, timeout=30) as client:
        token = client.post("/auth/token", json={"username": "admin", "password": users["admin"]}).raise_for_status()
        client.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        for name, pool in json.loads(POOLS.read_text()).items():
            answer = client.post("/api/v2/pools", json={"name": name, **pool})
            if answer.status_code != httpx.codes.CONFLICT:  # it is there
                answer.raise_for_status()


def healthy(server: str) -> set[str]:
    """Names of the parts that are healthy; empty where the server does not answer yet."""
    try:
        health = httpx.get(f"{server}/api/v2/monitor/health", trust_env=False, timeout=5).json()
    except (httpx.HTTPError, ValueError):
        return set()
    return {part for part, found in health.items() if found["status"] == "healthy"}


def serve(folder: Path, env: dict[str, str]) -> None:
    """Run the parts until Ctrl-C, or until one of them ends by itself."""
    server = env["AIRFLOW__API__BASE_URL"]
    processes: dict[str, subprocess.Popen[bytes]] = {}
    lock = (folder / "running.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.create_server(("127.0.0.1", int(env["AIRFLOW__API__PORT"]))):
            pass
    except OSError as error:
        sys.exit(f"Airflow runs in {folder} already, or its port is taken: {error}. Try make airflow PORT=8081.")
    try:
        say("Starting Airflow.")
        subprocess.run([*AIRFLOW, "db", "migrate"], env=env, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        password = make_password(folder) or f"as in {folder / PASSWORDS}"
        for name, arguments in PARTS.items():
            with (folder / f"{name}.log").open("w") as log:
                command, held = [*AIRFLOW, *arguments], [lock.fileno()]  # the lock lasts as long as any part
                processes[name] = subprocess.Popen(
                    command, env=env, cwd=folder, stdout=log, stderr=log, pass_fds=held, start_new_session=True
                )
            wait(processes, folder, lambda: "metadatabase" in healthy(server))
            if name == "api-server":
                make_pools(server, folder)
        wait(processes, folder, lambda: healthy(server) >= {"scheduler", "dag_processor", "triggerer"})
        say(f"Airflow is ready at {server} and Ctrl-C stops it. Data folder: {env['KETAVIGIL_HOME']}")
        say(f"Source, where a run names none: {env.get('KETAVIGIL_SOURCE') or 'the FDA'}")
        say(f"User admin, password {password}")
        wait(processes, folder, lambda: False)
    except KeyboardInterrupt:
        say("Stopping. Running tasks may finish; a second Ctrl-C ends them.")
    finally:
        stop(processes)


def wait(processes: dict[str, subprocess.Popen[bytes]], folder: Path, is_so: Callable[[], bool]) -> None:
    """Wait until something is so, and stop all where a part has ended by itself."""
    while not is_so():
        if ended := [name for name, process in processes.items() if process.poll() is not None]:
            sys.exit(f"The {ended[0]} ended by itself. Its last words are in {folder / ended[0]}.log.")
        time.sleep(1)


def stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """End the parts, the last one first, then what is left of them."""
    with suppress(KeyboardInterrupt):
        for name, process in reversed(processes.items()):
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(None if name == "scheduler" else 10)  # a scheduler waits for its tasks
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in processes.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
                time.sleep(1)


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)  # noqa: T201


def main() -> None:
    """Start, or pass arguments on."""
    folder, port, *arguments = sys.argv[1:]
    home = Path(folder).resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    env = environment(home, port)
    if arguments:
        sys.exit(subprocess.run([*AIRFLOW, *arguments], env=env, check=False).returncode)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
            signal.signal(number, signal.default_int_handler)
    serve(home, env)


if __name__ == "__main__":
    main()
