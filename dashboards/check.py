"""What must hold of a finished site before anybody sees it."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

from dashboards.site import MANIFEST
from vocabulary.errors import BuildError

PAGE_LIMIT = 5_000_000
"""Bytes of a page, all that it needs inside."""

_ADDRESS = re.compile(r"""(?:src|href|action|poster|srcset)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_SCRIPT = re.compile(r"<script.*?</script>", re.DOTALL)
_OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//|^[a-z][a-z0-9+.-]*:", re.IGNORECASE)


def check_site(folder: Path) -> None:
    """Pages are small enough, link to what is there, load nothing from outside; made-up data are marked on each.

    Raises:
        BuildError: with everything that does not hold.
    """
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    faults = [
        f"{name} is not what was written"
        for name, file in manifest["files"].items()
        if not (folder / name).is_file() or sha256((folder / name).read_bytes()).hexdigest() != file["sha256"]
    ]
    for page in sorted(folder.glob("*.html")):
        faults += [f"{page.name}: {fault}" for fault in _faults(page, is_simulated=manifest["is_simulated"])]
    if not (folder / "index.html").is_file():
        faults.append("there is no index.html")
    if faults:
        raise BuildError(f"The pages of build {manifest['build_id']} are not published: {'; '.join(faults[:5])}.")


def _faults(page: Path, *, is_simulated: bool) -> list[str]:
    if page.stat().st_size > PAGE_LIMIT:
        return [f"it has {page.stat().st_size:,} bytes, more than {PAGE_LIMIT:,}"]
    text = _SCRIPT.sub("", page.read_text(encoding="utf-8"))
    faults = []
    for address in sorted(set(_ADDRESS.findall(text))):
        if _OUTSIDE.match(address):
            if address != "data:,":
                faults.append(f"it leads outside, to {address}")
        elif not address.startswith("#") and not _is_there(page.parent, address):
            faults.append(f"{address} is not there")
    if is_simulated and "<strong>SIMULATED</strong>" not in text:
        faults.append("it does not say that its data are made up")
    return faults


def _is_there(folder: Path, address: str) -> bool:
    """Addresses above the site are those of Data Docs, which were looked for when the page was made."""
    path = address.partition("#")[0]
    return path.startswith("../../quality/") or (folder / path).is_file()
