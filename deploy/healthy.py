"""Health check of a container: 0 where Airflow's server says that a part is healthy. A tenth of a second, no import.

Usage: healthy.py metadatabase|scheduler|dag_processor|triggerer
"""

from __future__ import annotations

import json
import socket
import sys
import urllib.request

HEALTH = "/api/v2/monitor/health"


def main(part: str) -> int:
    """Ask the server beside, or this container where it is the server."""
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
