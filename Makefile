# Each target makes what it needs: a virtual environment with hash-checked requirements.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Pyright otherwise asks the network whether it is the newest.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format fuzz bench coverage lock picture clean

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(VENV)/runtime.stamp ## Fill a demonstration history and serve it on 127.0.0.1:8000 (or PORT=…)
	$(BIN)/okr demo --serve --port $(PORT)

test: lint ## Run everything that CI runs
	$(BIN)/pytest -n 2

lint: $(VENV)/dev.stamp ## Check style, format, types and import rules
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/pyright
	$(BIN)/lint-imports --no-logo

format: $(VENV)/dev.stamp ## Repair style and format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

fuzz: $(VENV)/dev.stamp ## Search longer for inputs that break a promise
	$(BIN)/pytest -m "fuzz or hypothesis" --hypothesis-profile=fuzz

bench: $(VENV)/dev.stamp ## Measure the figures that the documentation promises (BENCH=--help says how)
	$(BIN)/python -m tests.bench $(BENCH)

coverage: $(VENV)/dev.stamp ## Show the lines that no test reaches
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

# `make lock UV_FLAGS=--upgrade` moves every pin to its newest allowed version.
LOCK = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock" $(UV_FLAGS)

lock: $(VENV)/dev.stamp ## Pin the requirements with their hashes again
	$(LOCK) --group build --output-file requirements/runtime.txt
	$(LOCK) --group build --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt

picture: $(VENV)/dev.stamp ## Make the picture in the README again, with a Chromium
	$(BIN)/python -m tests.report.picture

clean: ## Remove the environment and caches; databases stay
	rm -rf $(VENV) dist htmlcov .coverage .coverage.* .hypothesis .import_linter_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian leaves half an environment behind without python3-venv, so pip is the sign of a whole one.
$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name one with make PYTHON=…")'
	$(PYTHON) -m venv $(VENV)

# The stamps make a second run quick: they are older than the files only when those changed.
$(VENV)/runtime.stamp: requirements/runtime.txt pyproject.toml | $(BIN)/pip
	$(PIP) install -qq --require-hashes -r requirements/runtime.txt
	$(PIP) install -qq --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/runtime.stamp
	$(PIP) install -qq --require-hashes -r requirements/dev.txt
	@touch $@
