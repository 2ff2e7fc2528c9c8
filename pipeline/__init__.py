"""One plain function per step and what composes them; the command ``ketavigil`` and the DAGs call the same."""
