# CiteWell's chores. `make ask Q="…"` and `make test` do all the set-up a fresh machine needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
GUIDANCE := $(shell find knowledge -name '*.md' -o -name '*.py')
export QUESTION := $(value Q)

.PHONY: ask chat test lint format clean install

ask: data/.built
	@$(BIN)/citewell ask -- "$$QUESTION"

chat: data/.built
	@$(BIN)/citewell chat

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist loadfile

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
