# Every target does its own set-up: a machine with Python 3.11+ and make is enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO_DIR ?= demo-data
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help demo lead test check bench chaos failover messages pictures lock clean

help: ## Say what each target does
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "This Python has no venv module (on Debian and Ubuntu: apt install python3-venv)"; exit 1; }

$(VENV)/.run: $(VENV)/pyvenv.cfg locks/run.lock pyproject.toml
	@echo "Installing what the workstation needs (once)..."
	@$(BIN)/pip install --quiet --require-hashes -r locks/run.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run locks/dev.lock
	@echo "Installing what the tests need (once)..."
	@$(BIN)/pip install --quiet --require-hashes -r locks/dev.lock
	@touch $@

demo: $(VENV)/.run ## Open the workstation on a living demo portfolio
	@$(BIN)/agent-tui demo --dir $(DEMO_DIR)

lead: $(VENV)/.run ## Open the lead board on the same demo (second terminal or split)
	@$(BIN)/agent-tui demo --lead --dir $(DEMO_DIR)

test: $(VENV)/.dev ## Run the whole test suite (PostgreSQL is started by the tests)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(VENV)/.dev ## Lint, formatting, types and import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.dev ## Measure speed and memory, each beside its floor in the same run
	@$(BIN)/python -m benchmarks

chaos: $(VENV)/.dev ## Kill, cut and restart at random, and look for anything lost (SEEDS=100)
	@$(BIN)/python -m pytest tests/sync -n 2 --dist loadgroup --chaos-seeds $(or $(SEEDS),100)
	@$(BIN)/python -m pytest tests/chaos --chaos-seeds $(or $(SEEDS),100)

failover: $(VENV)/.dev ## Kill the primary of a replicated PostgreSQL under load (needs Debian packages)
	@$(BIN)/python -m tests.cluster.failover

messages: $(VENV)/.dev ## Rebuild the translation catalogues from the sources
	@$(BIN)/python -m agent_tui.messages

pictures: $(VENV)/.dev ## Take the pictures of README.md from the real screens
	@$(BIN)/python -m docs.pictures

lock: ## Renew the lock files (needs uv on the PATH)
	@cd locks && uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q run.in -o run.lock
	@cd locks && uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -c run.lock dev.in -o dev.lock

clean: ## Remove the environment, caches and the demo's data
	@rm -rf $(VENV) $(DEMO_DIR) .pytest_cache .mypy_cache .ruff_cache .hypothesis
