# Two commands on a fresh machine: `make run` and `make test`. Python 3.11+, venv and make are all they need.
# SOURCE=folder-or-URL, QUARTERS=2022q3..2022q4, DATA=folder, ARGS="--allow-incomplete" are passed to `ketavigil run`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= data
WORKERS ?= 2
UV := $(shell command -v uv 2>/dev/null)

# Installs a lock file into .venv: with uv where it is installed, else with pip. Hashes are checked either way. A locked
# pip comes first: one below 23.3 takes the newest celery for celery[redis] whatever the lock says, and fails.
ifdef UV
install_lock = $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r $(1)
install_pip =
install_self = $(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
install_lock = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
install_pip = $(call install_lock,requirements-pip.lock)
install_self = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif

.PHONY: install install-airflow run airflow secrets compose-up compose-down test-compose test test-kill test-whole-way lint types check bench bench-guard lock clean

install: $(VENV)/.run

run: $(VENV)/.run
	$(BIN)/ketavigil run --home $(DATA) $(if $(SOURCE),--source $(SOURCE)) $(if $(QUARTERS),--quarters $(QUARTERS)) $(ARGS)

install-airflow: $(VENV)/.all

# Airflow for one person until Ctrl-C; with ARGS="dags unpause faers_quarterly" its command instead. docs/airflow.md
airflow: PORT = 8080
airflow: $(VENV)/.all
	@KETAVIGIL_HOME='$(DATA)' $(if $(SOURCE),KETAVIGIL_SOURCE='$(SOURCE)') $(BIN)/python scripts/run_airflow.py '$(DATA)/airflow' $(PORT) $(ARGS)

# For a team, in containers (docs/operations.md): keys and passwords in .env, never written over; the stack; its test.
COMPOSE := $(if $(shell docker compose version 2>/dev/null),docker compose,docker-compose)
secrets:
	@$(PYTHON) scripts/make_secrets.py .env

compose-up: secrets
	$(COMPOSE) up --build --detach --scale worker=$(WORKERS)

compose-down:
	$(COMPOSE) down

# Needs a Docker engine, and takes some minutes: ARGS="--keep" leaves the stack running.
test-compose:
	tests/compose/run $(ARGS)

test: $(VENV)/.all
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

# Scheduler, workers and tasks are killed 20 times while eight quarters are taken in.
test-kill: $(VENV)/.all
	KILLS=$(or $(KILLS),20) SEED=$(or $(SEED),8) $(BIN)/python -m pytest tests/dags/test_dag_kill.py -s $(ARGS)

# Eight quarters and three clinic batches by a real scheduler, to tables, pages and exports; fails after five minutes.
test-whole-way: $(VENV)/.all
	WHOLE_WAY_SECONDS=$(or $(SECONDS),300) $(BIN)/python -m pytest tests/dags/test_dag_whole_way.py -s $(ARGS)

lint: $(VENV)/.all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 warehouse/sql
	$(BIN)/lint-imports

types: $(VENV)/.all
	$(BIN)/mypy

check: test lint types

# How long everything takes, against the floor of the same minutes; the page is docs/performance.md. LONG=1 adds the
# large inputs, HISTORY=1 the whole history of 25 million reports. SHARED=1 notes that others used the machine.
bench: $(VENV)/.all
	$(BIN)/python -m bench micro
	$(BIN)/python -m bench short $(if $(SHARED),--shared)
	$(BIN)/python -m bench clinics $(if $(SHARED),--shared)
	$(if $(LONG)$(HISTORY),$(BIN)/python -m bench long $(if $(SHARED),--shared))
	$(if $(HISTORY),$(BIN)/python -m bench history $(if $(SHARED),--shared))
	$(BIN)/python -m bench report

# Fails where a small run costs one and a half times what is recorded, in multiples of the floor's CPU seconds.
bench-guard: $(VENV)/.run
	$(BIN)/python -m bench guard

# What `make run` needs, and no more.
$(VENV)/.run: requirements-pip.lock requirements-run.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Ketavigil needs Python 3.11 or later; name one with make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(install_pip)
	$(call install_lock,requirements-run.lock)
	$(install_self)
	touch $@

# Everything: Airflow, tests, lint, types.
$(VENV)/.all: $(VENV)/.run requirements.lock
	$(call install_lock,requirements.lock)
	touch $@

# Locks again. The run lock and that of the team's image take the same versions as the whole one; needs uv.
lock:
	uv pip compile pyproject.toml --all-extras --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra fhir --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet -c requirements.lock -o requirements-run.lock
	uv pip compile pyproject.toml --extra airflow --extra team --extra store --extra build --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet -c requirements.lock -o requirements-team.lock
	echo pip | uv pip compile - --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --quiet -o requirements-pip.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
