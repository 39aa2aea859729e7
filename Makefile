# `make` installs and trains, `make test` checks, `make help` lists all targets.

VENV := .venv
BIN := $(VENV)/bin
# JAX and PyTorch are only needed by the tests of other backends, so they get a separate environment.
BACKENDS := .venv-backends
# Written last, so that an interrupted installation never looks complete.
STAMP := $(VENV)/.installed
BACKENDS_TESTS := tests/layers/test_other_backends.py tests/interchange/test_torch_weights.py
BACKENDS_STAMP := $(BACKENDS)/.installed

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON = $(shell for python in python3 python3.13 python3.12 python3.11; do \
	"$$python" -c '$(SUPPORTED)' 2>/dev/null && { echo "$$python"; break; }; done)

.DEFAULT_GOAL := train
.PHONY: train install test test-slow test-backends lint bench catalogue format clean help

train: install ## (default) install if needed, then train a GRU on handwritten digits
	@$(BIN)/rnnexp train

install: $(STAMP) ## create .venv with the project and its pinned dependencies

# A file's tests stay in one process, because they share what is expensive to make. Each process
# takes about a gigabyte, so there are never many.
test: lint ## run lint, type checks and all tests except the slow ones
	@$(BIN)/pytest -m "not slow" --numprocesses auto --maxprocesses 4 --dist loadfile

test-slow: install ## run the slow tests
	@$(BIN)/pytest -m slow

# Without this import, a broken installation would skip every test and still pass.
test-backends: $(BACKENDS_STAMP) ## run the tests that need JAX and PyTorch, in .venv-backends
	@$(BACKENDS)/bin/python -c "import jax, torch"
	@$(BACKENDS)/bin/pytest $(BACKENDS_TESTS)

lint: install ## run ruff check, ruff format --check and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

bench: install ## compare the speed of the layers with Keras's
	@$(BIN)/rnnexp bench

catalogue: install ## write rnnexp/explain/units.json and docs/units.md from the equations
	@$(BIN)/python -m rnnexp.explain

format: install ## apply ruff's automatic fixes
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean: ## remove caches and build files; keep .venv and outputs/
	rm -rf build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find rnnexp tests -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(STAMP): EXTRAS := dev
$(STAMP): SIZE := 2
$(BACKENDS_STAMP): EXTRAS := test,jax,torch
$(BACKENDS_STAMP): SIZE := 4

# An incomplete environment is created again; a complete one is updated in place.
$(STAMP) $(BACKENDS_STAMP): pyproject.toml constraints.txt
	@python="$(PYTHON)"; test -n "$$python" && "$$python" -c '$(SUPPORTED)' 2>/dev/null || { \
		echo "rnnexp needs Python 3.11, 3.12 or 3.13; '$${python:-python3}' is" \
			"$$("$${python:-python3}" --version 2>&1 || true)." >&2; \
		echo "Install one of them, or pass its path: make PYTHON=/path/to/python3.12" >&2; \
		exit 1; }
	@echo "Installing into $(@D) (once; a few minutes, about $(SIZE) GB)"
	@test -f $@ || rm -rf $(@D)
	@rm -f $@
	@test -x $(@D)/bin/python || "$(PYTHON)" -m venv $(@D)
	@$(@D)/bin/python -m pip install --disable-pip-version-check -c constraints.txt -e ".[$(EXTRAS)]"
	@touch $@
