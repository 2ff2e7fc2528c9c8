"""DuckDB: one SQL file per table, in the order of what each reads; built into a new file, checked, published."""
