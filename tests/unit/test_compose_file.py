"""docker-compose.yml as it stands, where no engine is: secrets, ports, limits, order; and what makes the secrets."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
FILE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|ACCESS_KEY|BROKER_URL|BACKEND|CONN$")


def make_secrets(path: Path) -> str:
    script = [sys.executable, ROOT / "scripts" / "make_secrets.py", path]
    return subprocess.run(script, check=True, capture_output=True, text=True).stdout


def generated(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_all_parts_are_there() -> None:
    assert set(SERVICES) == {
        *("postgres", "broker", "store", "init", "web"),
        *("api-server", "scheduler", "dag-processor", "triggerer", "worker", "worker-build"),
    }


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_has_a_default(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        if SECRET.search(variable):
            assert ":?run make secrets first}" in value, variable
            assert ":-" not in value, variable


def test_what_is_asked_for_is_what_is_generated(tmp_path: Path) -> None:
    make_secrets(tmp_path / ".env")
    assert set(re.findall(r"\$\{([A-Z_]+):\?", TEXT)) == set(generated(tmp_path / ".env"))


def test_secrets_are_for_their_owner_and_never_written_over(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    said = make_secrets(first)
    make_secrets(second)
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    values = generated(first)
    assert not [name for name, value in values.items() if value in said and name != "WEB_USER"]
    assert all(len(value) >= 16 for name, value in values.items() if name != "WEB_USER")
    assert not [name for name in values if values[name] == generated(second)[name] and name != "WEB_USER"]
    first.write_text("".join(f"{name}={value}\n" for name, value in values.items() if name != "WEB_PASSWORD"))
    make_secrets(first)
    assert {name: value for name, value in generated(first).items() if name != "WEB_PASSWORD"}.items() <= values.items()
    assert len(generated(first)["WEB_PASSWORD"]) > 16
    before = first.read_text()
    make_secrets(first)
    assert first.read_text() == before


def test_only_the_web_ports_are_published_and_on_loopback() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(ports) == {"api-server", "web"}
    assert all(port.startswith("${BIND_ADDRESS:-127.0.0.1}:") for found in ports.values() for port in found)


@pytest.mark.parametrize("name", SERVICES)
def test_each_part_is_bounded_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert "mem_limit" in service
    assert service["restart"] == ("no" if name == "init" else "unless-stopped")
    assert service["logging"]["options"]["max-size"]
    assert "no-new-privileges:true" in service["security_opt"]
    if name != "init":
        assert {"test", "interval", "timeout", "retries"} <= set(service["healthcheck"])


def test_volumes_are_named_and_declared() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in used if not name.startswith((".", "/"))} == set(FILE["volumes"])


def test_volumes_belong_to_the_user_of_the_image() -> None:
    """A new volume takes its owner from the folder of the image that it is mounted on; without one it is root's."""
    text = (ROOT / "Dockerfile").read_text()
    made = {folder for line in text.splitlines() if "mkdir -p" in line for folder in line.split() if folder[0] == "/"}
    ours = [service for service in SERVICES.values() if service["image"].startswith("${KETAVIGIL_IMAGE")]
    mounted = {volume.split(":")[1] for service in ours for volume in service["volumes"] if ":" in volume}
    assert mounted - {"/var/lib/ketavigil"} <= made  # which is the parent of two of them


def test_workers_share_what_a_batch_goes_through() -> None:
    """The tasks of clinic_reports run on any of them."""
    mounted = {volume.split(":")[0] for volume in SERVICES["worker"]["volumes"]}
    assert {"clinics", "incoming", "quarantine"} <= mounted


def test_parts_start_in_order() -> None:
    for name, service in SERVICES.items():
        after = service.get("depends_on", {})
        if name == "init":
            assert {one: after[one]["condition"] for one in after} == dict.fromkeys(
                ("postgres", "broker", "store"), "service_healthy"
            )
        elif name not in {"postgres", "broker", "store"}:
            assert after["init"]["condition"] == "service_completed_successfully"
            if name not in {"api-server", "web"}:
                assert after["api-server"]["condition"] == "service_healthy"


def test_every_queue_has_a_worker_and_the_build_has_one() -> None:
    dags = "".join(path.read_text() for path in (ROOT / "dags").glob("*.py"))
    assert "BUILD" in dags
    workers = {name: " ".join(SERVICES[name]["command"]) for name in ("worker", "worker-build")}
    assert "--queues default " in workers["worker"]
    assert workers["worker-build"].endswith("--queues build --concurrency 1")


def test_the_image_is_not_root_and_holds_only_what_is_locked() -> None:
    text = (ROOT / "Dockerfile").read_text()
    assert "ARG BASE_IMAGE=" in text.splitlines()[3]
    assert re.findall(r"^USER (\S+)", text, re.M)[-1] == "ketavigil"
    assert "--require-hashes -r /opt/ketavigil/requirements-team.lock" in text
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    for name in re.findall(r"^!(\S+)", "\n".join(ignored), re.M):
        assert (ROOT / name).exists(), name
    packages = {
        "vocabulary",
        "reference",
        "sources",
        "transforms",
        "expectations",
        "warehouse",
        "dashboards",
        "pipeline",
    }
    assert {f"!{name}" for name in packages | {"dags", "simulation"}} <= set(ignored)


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not installed")
def test_compose_takes_it_with_secrets_and_refuses_without(tmp_path: Path) -> None:
    def config(env: Path) -> subprocess.CompletedProcess[str]:
        command = ["docker-compose", "--env-file", str(env), "-f", str(ROOT / "docker-compose.yml"), "config", "-q"]
        return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    (tmp_path / "empty").touch()
    refused = config(tmp_path / "empty")
    assert refused.returncode
    assert "make secrets" in refused.stderr
    make_secrets(tmp_path / ".env")
    assert config(tmp_path / ".env").returncode == 0, config(tmp_path / ".env").stderr
