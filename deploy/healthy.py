"""Health check of a container: 0 where Airflow's server says that a part is healthy, or where this worker answers.

Usage: healthy.py metadatabase|scheduler|dag_processor|triggerer|worker

Nothing of Airflow is imported: that takes seconds of CPU, in every container, every time.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import urllib.request

HEALTH = "/api/v2/monitor/health"


def worker() -> int:
    """Ask the worker of this container, by Celery's own ping."""
    from celery import Celery

    name = f"celery@{socket.gethostname()}"
    app = Celery(broker=os.environ["AIRFLOW__CELERY__BROKER_URL"])
    answers = app.control.ping(destination=[name], timeout=10)
    sys.stderr.write(f"{name}: {'answers' if answers else 'no answer'}\n")
    return 0 if answers else 1


def main(part: str) -> int:
    """Ask the server beside, or this container where it is the server."""
    if part == "worker":
        return worker()
    host = "127.0.0.1" if part == "metadatabase" else "api-server"
    try:
        with urllib.request.urlopen(f"http://{host}:8080{HEALTH}", timeout=10) as answer:
            health = json.load(answer)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{socket.gethostname()}: no answer from {host}: {error}\n")
        return 1
    status = (health.get(part) or {}).get("status")
    sys.stderr.write(f"{part}: {status}\n")
    return 0 if status == "healthy" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
