"""Static pages from the published file alone."""
