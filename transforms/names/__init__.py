"""Names to substances: reviewed names from reference/ first, the cleaned ingredient name for all the rest."""

from transforms.names.match import OUTPUT_SCHEMA, RULES, match_names

__all__ = ["OUTPUT_SCHEMA", "RULES", "match_names"]
