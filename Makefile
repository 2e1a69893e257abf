# make derive   every result from nothing: certificates, LaTeX and tables in out/
# make test     the tests
# make golden   renews the LaTeX that the tests compare with (one result a paper)
# make coq      every stored result as Coq files in out/coq, checked by coqc where it is installed
# PYTHON=...    the interpreter (3.11 or later) that the environment in .venv is made with

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= out
JOBS   ?= 2

.PHONY: derive test lint types check coq bench certificates golden wheel clean
.DELETE_ON_ERROR:

derive: $(VENV)/.installed
	$(BIN)/symtrade derive --out $(OUT)

test: $(VENV)/.installed
	$(BIN)/python -m pytest -n $(JOBS) tests

check: $(VENV)/.installed
	$(BIN)/symtrade check

coq: $(VENV)/.installed
	$(BIN)/symtrade coq --out $(OUT)/coq --check --jobs $(JOBS)

certificates: $(VENV)/.installed
	$(BIN)/symtrade derive --out $(OUT) --fresh --store

golden: $(VENV)/.installed
	$(BIN)/python -m tests.test_typeset

bench: $(VENV)/.installed
	$(BIN)/python benchmarks/run.py

lint: $(VENV)/.dev
	$(BIN)/ruff check symtrade derivations tests examples $(wildcard benchmarks)

types: $(VENV)/.dev
	$(BIN)/mypy

wheel: $(VENV)/.installed
	rm -rf build dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .
	rm -rf build

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "symtrade needs Python 3.11 or later; name one with: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@

$(VENV)/.dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,dev]'
	touch $@

clean:
	rm -rf $(VENV) $(OUT) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
