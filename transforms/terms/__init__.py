"""Reported reaction terms to canonical preferred terms, and preferred terms to side-effect groups."""

from transforms.terms.match import OUTPUT_SCHEMA, RULES, match_terms
from transforms.terms.members import DEFINITIONS, side_effect_members

__all__ = ["DEFINITIONS", "OUTPUT_SCHEMA", "RULES", "match_terms", "side_effect_members"]
