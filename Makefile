# CiteWell's chores. `make ask Q="…"` and `make test` do all the set-up a fresh machine needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
GUIDANCE := $(shell find knowledge -name '*.md' -o -name '*.py')
export QUESTION := $(value Q)

.PHONY: ask chat test lint format clean install install-locked lock audit fuzz test-postgres

ask: data/.built
	@$(BIN)/citewell ask -- "$$QUESTION"

chat: data/.built
	@$(BIN)/citewell chat

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile

# The store, the inbox and many workers on a real PostgreSQL: each test in a fresh database, dropped afterwards.
CITEWELL_TEST_POSTGRES ?= postgresql+asyncpg://postgres@127.0.0.1:5432/postgres
test-postgres: $(VENV)/.dev
	CITEWELL_TEST_POSTGRES=$(CITEWELL_TEST_POSTGRES) $(BIN)/python -m pytest --force-enable-socket \
		tests/bot/test_store.py tests/bot/test_journal.py tests/adapters/serving/test_inbox.py tests/operations/test_postgres.py

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	MYPYPATH=tests $(BIN)/mypy tests --explicit-package-bases
	$(BIN)/lint-imports
	$(BIN)/citewell knowledge lint

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

install: $(VENV)/.installed

# The same, but nothing is installed whose SHA-256 is not in requirements.lock (Linux x86-64, CPython 3.11).
install-locked:
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --no-compile --require-hashes --requirement requirements.lock
	@$(PIP) install --no-compile --no-deps --editable .
	@touch $(VENV)/.installed

lock: $(VENV)/.installed
	@mkdir -p build
	@$(PIP) install --dry-run --ignore-installed --constraint constraints.txt --report build/report.json '.[postgres]'
	@$(BIN)/python lock.py build/report.json > build/requirements.lock && mv build/requirements.lock requirements.lock

# Asks a service about known vulnerabilities of every pinned version; needs the network. Exceptions: docs/decisions/0051.
audit:
	@test -x build/audit/bin/pip-audit || ($(PYTHON) -m venv build/audit && build/audit/bin/pip install --quiet pip-audit)
	build/audit/bin/pip-audit --no-deps --disable-pip --requirement constraints.txt --ignore-vuln CVE-2026-45829

# Hostile input for loaders, importer and renderers; FUZZ_MINUTES=30 make fuzz for longer.
FUZZ_MINUTES ?= 10
fuzz: $(VENV)/.dev
	FUZZ_MINUTES=$(FUZZ_MINUTES) $(BIN)/python -m pytest tests/operations/test_fuzz.py --timeout=0

# The library is built when the guidance or the code that splits it is newer than the last build.
data/.built: $(VENV)/.installed $(GUIDANCE)
	@$(BIN)/citewell knowledge build
	@mkdir -p data && touch $@

# Without compiling: Python compiles what it imports, a fraction of what is installed.
$(VENV)/.installed: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing CiteWell and its libraries into $(VENV) (a few minutes, once) …"
	@$(PIP) install --no-compile --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed
	@echo "Installing the tools for tests and checks …"
	@$(PIP) install --no-compile --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) data .test-library .test-library.lock .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
