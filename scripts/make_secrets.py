"""Writes .env with generated keys and passwords for docker-compose.yml. A key that is there is never changed.

Usage: ``make_secrets.py [FILE]``. Run again after an update of the project, it adds what is new.
"""

from __future__ import annotations

import base64
import os
import secrets
import sys
from collections.abc import Callable
from pathlib import Path


def _password() -> str:
    return secrets.token_urlsafe(24)


def _key() -> str:
    return secrets.token_hex(32)


GENERATED: dict[str, Callable[[], str]] = {
    "POSTGRES_PASSWORD": _key,
    "BROKER_PASSWORD": _key,
    "STORE_ACCESS_KEY": lambda: "ketavigil" + secrets.token_hex(6),
    "STORE_SECRET_KEY": _key,
    "AIRFLOW_FERNET_KEY": lambda: base64.urlsafe_b64encode(os.urandom(32)).decode(),
    "AIRFLOW_API_SECRET": _key,
    "AIRFLOW_JWT_SECRET": _key,
    "AIRFLOW_ADMIN_PASSWORD": _password,
    "WEB_USER": lambda: "ketavigil",
    "WEB_PASSWORD": _password,
}
"""Each variable that docker-compose.yml refuses to start without."""


def main(path: Path) -> None:
    """Write what is missing; the file is never readable for others, not even while it is written."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    known = {line.partition("=")[0].strip() for line in text.splitlines() if "=" in line}
    missing = [name for name in GENERATED if name not in known]
    if not missing:
        sys.stdout.write(f"{path} has every key; nothing was changed.\n")
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        if text and not text.endswith("\n"):
            file.write("\n")
        file.writelines(f"{name}={GENERATED[name]()}\n" for name in missing)
    path.chmod(0o600)
    sys.stdout.write(f"{path}: {len(missing)} keys and passwords generated, for its owner alone to read.\n")
    sys.stdout.write("Airflow: user admin, AIRFLOW_ADMIN_PASSWORD. Pages: WEB_USER, WEB_PASSWORD.\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".env"))
