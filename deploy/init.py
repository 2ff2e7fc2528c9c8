"""The one step before a team's Airflow starts: database, first user, pool, bucket, password file of the pages.

Everything is done again without harm: what is there stays, but for the password file, which follows .env.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import timedelta
from pathlib import Path

AUTH = Path("/srv/ketavigil/auth/htpasswd")
FIRST_PAGE = Path("/srv/ketavigil/web/releases/empty/index.html")
PATIENCE_SECONDS = 120


def main() -> None:
    """Do all of it."""
    airflow("db", "migrate")
    password = os.environ.pop("AIRFLOW_ADMIN_PASSWORD")
    about = ["--username", "admin", "--firstname", "Airflow", "--lastname", "Admin", "--email", "admin@localhost"]
    airflow("users", "create", "--role", "Admin", *about, "--password", password)
    airflow("pools", "set", "build", "1", "Building, publishing, pages and exports, one at a time.")
    make_bucket(os.environ["KETAVIGIL_STORE"])
    write_password(os.environ.pop("WEB_USER"), os.environ.pop("WEB_PASSWORD"))
    first_page()


def airflow(*arguments: str) -> None:
    """Run a command of Airflow."""
    subprocess.run([sys.executable, "-m", "airflow", *arguments], check=True)


def make_bucket(store: str) -> None:
    """Make the bucket unless it is there."""
    import obstore
    from obstore.store import S3Store

    bucket = store.removeprefix("s3://").partition("/")[0]
    is_plain = os.environ["AWS_ENDPOINT_URL"].startswith("http://")
    url = obstore.sign(S3Store(bucket, client_options={"allow_http": is_plain}), "PUT", "", timedelta(minutes=5))
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            request = urllib.request.Request(url, method="PUT")  # noqa: S310
            urllib.request.urlopen(request, timeout=20).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            if error.code == 409:  # it is there
                return
            sys.exit(f"The store did not make the bucket {bucket}: {error.code} {error.reason}. Make it by hand.")
        except OSError as error:
            if time.monotonic() > until:
                sys.exit(f"The store does not answer: {error}")
            time.sleep(2)
        else:
            return


def write_password(user: str, password: str) -> None:
    """Write the web server's password file, salted and hashed; the password is long and random, so SHA-1 will do."""
    salt = secrets.token_bytes(16)
    digest = hashlib.sha1(password.encode() + salt).digest()  # noqa: S324
    fresh = AUTH.with_suffix(".new")
    fresh.write_text(f"{user}:{{SSHA}}{base64.b64encode(digest + salt).decode()}\n", encoding="utf-8")
    fresh.chmod(0o644)  # the web server is another user, in another container, and sees this volume only
    fresh.replace(AUTH)


def first_page() -> None:
    """Something to see before the first warehouse is published."""
    current = FIRST_PAGE.parents[2] / "current"
    if not current.is_symlink():
        FIRST_PAGE.parent.mkdir(parents=True, exist_ok=True)
        text = "<!doctype html><html lang=en><title>Ketavigil</title><p>Nothing is published yet.</p></html>\n"
        FIRST_PAGE.write_text(text, encoding="utf-8")
        current.symlink_to("releases/empty")


if __name__ == "__main__":
    main()
