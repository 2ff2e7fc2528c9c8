"""Every table of the project, declared once: staged, core, mart, meta."""
