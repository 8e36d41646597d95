# The commands that people run, and CI runs the very same. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 1
CHROMIUM ?= /usr/bin/chromium
# Two browsers and a server each is what two cores bear.
JOBS ?= 2
IMAGE ?= chainrule

# Nets this small lose more to handing work to threads than they gain from them.
OPENBLAS_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS CHROMIUM
# Images often forbid bytecode to stay small; every worker, server and script of a test would then compile all that it imports.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
# Node comes with the wheel that the lock file names, so every machine checks with the same one.
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm
# Bytecode is made of what is really imported, when it is: to make it of everything takes longer than to install.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --require-hashes --no-compile
COMPILE := $(BIN)/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# A stamp stands for what its requirements file installed; while the stamp is the newer of the two there is nothing to do.
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
NODE := node_modules/.installed
PLOTLY := static/vendor/.precompressed

.PHONY: help install run test lint types js dockerfile unit api browser chromium check-deep bench image lock clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: $(DEV) $(PLOTLY) ## everything into .venv, from hash-locked requirements; quick when nothing changed

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or later is needed, {sys.version.split()[0]} came: try make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(RUNTIME): requirements/runtime.txt | $(VENV)/pyvenv.cfg
	$(PIP) -r $<
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME)
	$(PIP) -r $<
	@touch $@

$(PLOTLY): app/precompress.py $(RUNTIME)
	$(BIN)/python -m app.precompress
	@touch $@

$(NODE): package-lock.json .npmrc $(DEV)
	$(NPM) ci --silent --ignore-scripts
	@touch $@

run: $(RUNTIME) $(PLOTLY) ## serve on HOST:PORT (127.0.0.1:8000)
	exec $(BIN)/uvicorn app.main:app --host $(HOST) --port $(PORT) --workers $(WORKERS) --timeout-graceful-shutdown 3

test: ## every check: lint, types, JavaScript, Dockerfile, unit, API, browser
	@$(MAKE) --no-print-directory --jobs=$(JOBS) --output-sync lint types js dockerfile chromium $(PLOTLY)
	$(BIN)/pytest -n $(JOBS) tests

lint: $(DEV) ## ruff, its rules and its format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

types: $(DEV) ## mypy --strict over core and app
	$(BIN)/mypy

js: $(NODE) ## eslint and the TypeScript compiler over static/js
	$(NPM) run --silent lint
	$(NPM) run --silent types

dockerfile: $(DEV) ## hadolint
	$(BIN)/hadolint Dockerfile

unit: $(DEV) ## tests of the mathematics
	$(BIN)/pytest -n $(JOBS) tests/core

api: $(DEV) $(PLOTLY) ## tests of the endpoints
	$(BIN)/pytest -n $(JOBS) tests/api

browser: $(DEV) $(PLOTLY) chromium ## tests of the page in Chromium
	$(BIN)/pytest -n $(JOBS) tests/browser

chromium:
	@if [ ! -x "$(CHROMIUM)" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; \
	  else \
	    echo "The browser tests need Chromium at $(CHROMIUM): apt-get install chromium, or name another with CHROMIUM=/path make test" >&2; exit 1; \
	  fi; \
	fi

check-deep: $(DEV) $(PLOTLY) ## thousands of random experiments, the page at every size with every preset, a planted mistake in every derivative
	$(BIN)/pytest -n $(JOBS) -m deep --timeout=3600 tests
	$(BIN)/python -m tests.mutation

bench: $(DEV) $(PLOTLY) ## measure; prints medians and ratios
	$(BIN)/python -m bench

image: ## build the image IMAGE with docker or buildah, from BASE if given
	tools/build-image $(IMAGE)

lock: $(DEV) ## write the lock files anew from pyproject.toml and package.json
	$(COMPILE) pyproject.toml --upgrade -o requirements/runtime.txt
	$(COMPILE) pyproject.toml --upgrade --group dev -c requirements/runtime.txt -o requirements/dev.txt
	$(NPM) update --package-lock-only --silent

clean: ## remove everything that the commands above made
	rm -rf $(VENV) node_modules static/vendor .hypothesis .mypy_cache .pytest_cache .ruff_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
