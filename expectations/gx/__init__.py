"""The only files that touch Great Expectations. Its import takes seconds, so import these inside functions alone."""
