"""Asks a server which quarters it has."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from sources.faers_files import spellings
from sources.web import PATIENT, Network, look
from vocabulary.quarter import Quarter


def probe_quarters(base_url: str, quarters: Iterable[Quarter], network: Network = PATIENT) -> dict[Quarter, str]:
    """Find the quarters that are published, by asking for each under both spellings.

    Returns:
        Quarter to the URL of its zip, in time order; a quarter that is not published has no entry.

    Raises:
        SourceError: the server gave no usable answer. That is not the same as "not published".
    """
    published: dict[Quarter, str] = {}
    with network.client() as client:
        for quarter in sorted(set(quarters)):
            for name in spellings(quarter):
                url = f"{base_url.rstrip('/')}/{name}"
                if network.persist(url, partial(look, client, url)) is not None:
                    published[quarter] = url
                    break
    return published
