"""Images for tests/compose/run: pulled where that works, else made here of Debian's packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

NAME = "ketavigil-test"
PROBE = "python:3.11-slim-bookworm"
MIRROR = "http://deb.debian.org/debian"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

LOCAL = {
    "POSTGRES_IMAGE": f"{NAME}/postgres",
    "BROKER_IMAGE": f"{NAME}/broker",
    "BROKER_NAME": "redis",
    "WEB_IMAGE": f"{NAME}/web",
    "STORE_IMAGE": f"{NAME}/store",
    "STORE_COMMAND": "moto_server -H 0.0.0.0 -p 7070",
}


def provide_images(root: Path, work: Path, tell: Callable[[str], None]) -> dict[str, str]:
    """Make or pull what docker-compose.yml names; gives its variables."""
    can_pull = _docker("pull", "--quiet", PROBE, check=False, timeout=60) == 0
    variables = {"KETAVIGIL_IMAGE": f"{NAME}/app"}
    if can_pull:
        base, network = PROBE, []
        tell("images are pulled")
    else:
        base, network = f"{NAME}/python", ["--network", "host"]
        _make_all(root, work)
        variables |= LOCAL
        tell("no image can be pulled; made with debootstrap: Python 3.11, PostgreSQL 15, Redis 7, nginx, moto as store")
    _docker("build", "--quiet", *network, "--build-arg", f"BASE_IMAGE={base}", "-t", f"{NAME}/app", str(root))
    tell("our image is built")
    return variables


def _make_all(root: Path, work: Path) -> None:
    if _docker("image", "inspect", f"{NAME}/debian", check=False):
        system = work / "debian"
        packages = "--include=ca-certificates"
        subprocess.run(["debootstrap", "--variant=minbase", packages, "bookworm", system, MIRROR], check=True)
        with subprocess.Popen(["tar", "-C", system, "-c", "."], stdout=subprocess.PIPE) as archive:
            subprocess.run(["docker", "import", "-", f"{NAME}/debian"], stdin=archive.stdout, check=True)
        shutil.rmtree(system)
    context = work / "images"
    shutil.copytree(root / "tests" / "compose" / "images", context)
    # What this machine trusts goes into the base images of the test, and into nothing that is kept.
    shutil.copy(CERTIFICATES, context)
    (context / "pip.conf").write_text(f"[global]\ncert = {CERTIFICATES}\ntimeout = 180\n")
    lock = (root / "requirements.lock").read_text()
    (context / "constraints.txt").write_text(re.sub(r" *\\\n +--hash=\S+", "", lock))
    for target in ("python", "postgres", "broker", "web", "store"):
        arguments = ["--build-arg", f"DEBIAN={NAME}/debian", "--target", target, "-t", f"{NAME}/{target}"]
        _docker("build", "--quiet", "--network", "host", *arguments, str(context))


def _docker(*arguments: str, check: bool = True, timeout: float = 3600) -> int:
    command = ["docker", *arguments]
    environment = os.environ | {"DOCKER_BUILDKIT": os.environ.get("DOCKER_BUILDKIT", "0")}
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        if check:
            raise
        return 1
    if check and done.returncode:
        raise SystemExit(f"docker {arguments[0]} failed:\n{done.stderr[-3000:]}")
    return done.returncode
