# Each target works alone on a fresh machine with Python 3.11 or later, git and make.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: demo test lint bench bench-crawl bench-history lock locale accuracy chaos images reference template clean

demo: .venv/run.stamp
	$(BIN)/gongkai demo

test: .venv/dev.stamp
	$(BIN)/python -m pytest -n auto

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: .venv/dev.stamp
	$(BIN)/python -m benchmarks

# A made-up history's import and comparison; small: make bench-history UNITS=150 MONTHS=4
UNITS ?= 1500
MONTHS ?= 24
DUTIES ?= 600
bench-history: .venv/dev.stamp
	$(BIN)/python -m benchmarks.history --units $(UNITS) --months $(MONTHS) --duties $(DUTIES)

# Crawls generated portals beside other crawlers: takes a quarter of an hour and more. ARGS: see python -m benchmarks.crawling --help
bench-crawl: .venv/dev.stamp
	GONGKAI_CHROMIUM= $(BIN)/python -m benchmarks.crawling $(ARGS)

# Writes both lock files anew from pyproject.toml.
lock: .venv/dev.stamp
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 --generate-hashes -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile -q --no-emit-index-url --no-emit-find-links --universal --python-version 3.11 --generate-hashes --extra dev --extra render -o requirements-dev.lock pyproject.toml

# How right the judgements are on the sample district; writes docs/accuracy.md.
accuracy: .venv/run.stamp
	$(BIN)/python -m examples.accuracy

# The tests of faults and kills at full length: twenty SIGKILLs during an inspection of the sample district.
chaos: .venv/dev.stamp
	GONGKAI_KILLS=20 $(BIN)/python -m pytest tests/test_chaos.py tests/test_inspection.py -k "chaos or kills"

# Compiles what click says in Chinese.
locale: .venv/dev.stamp
	$(BIN)/pybabel -q compile -d audit/locale

# Writes docs/mandates and rules/examples.yaml anew from the mandate files, the checks and their cases.
reference: .venv/dev.stamp
	$(BIN)/python tests/test_cases.py
	$(BIN)/python -m audit.reference

# Writes the Word template of the bulletin anew from its maker.
template: .venv/run.stamp
	$(BIN)/python -m audit.reports.bulletin_form

# Draws README's pictures anew; wants Debian's chromium.
images: .venv/dev.stamp
	$(BIN)/python docs/images/draw.py

clean:
	rm -rf .venv build *.egg-info

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "gongkai needs Python 3.11 or later: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv || { rm -rf .venv; echo "python3 has no venv: on Debian, apt install python3-venv" >&2; exit 1; }

.venv/run.stamp: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

.venv/dev.stamp: .venv/bin/python requirements-dev.lock pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	touch $@ .venv/run.stamp
