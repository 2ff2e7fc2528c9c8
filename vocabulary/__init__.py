"""The words every layer shares: errors, quarters, and one declaration per table. Imports nothing of the project."""
