"""Reported indications to contexts, and reported routes to route groups."""

from transforms.contexts.indications import INDICATION_RULES, INDICATION_SCHEMA, match_indications
from transforms.contexts.routes import ROUTE_RULES, ROUTE_SCHEMA, match_routes

__all__ = [
    "INDICATION_RULES",
    "INDICATION_SCHEMA",
    "ROUTE_RULES",
    "ROUTE_SCHEMA",
    "match_indications",
    "match_routes",
]
