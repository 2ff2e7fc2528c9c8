"""DuckDB: one SQL file per table, put in order by what each refers to, built into a new file, checked, then published."""
