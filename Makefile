# Every target sets itself up on a machine that has Python 3.11 or newer and make. The environment lives in .venv/.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo run dev test check bench docs sources bi bi-lock lock clean
.DEFAULT_GOAL := demo

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if (3, 11) <= v < (3, 14) else "Python 3.11 to 3.13 is needed, found " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the pinned dependencies into .venv (about a minute) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP) ## the whole chain on a simulated market, offline
	$(BIN)/perps demo

run: $(STAMP) ## the daily job against the live, keyless APIs
	$(BIN)/perps sync

dev: $(STAMP) ## the Dagster UI on loopback
	$(BIN)/perps dev

test: $(STAMP) ## all tests
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

check: $(STAMP) ## lint, types, dbt parse, definitions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/perps check

bench: $(STAMP) ## measurements behind the claims on speed
	$(BIN)/python -m benchmarks

docs: $(STAMP) ## data dictionary into docs/site
	$(BIN)/perps docs

sources: $(STAMP) ## dbt's declarations of raw, from the adapters' tables
	$(BIN)/python -m orchestration.source_yml

# The demo's publication, unless PERPS_DATA_DIR names another. Needs chromium and chromium-driver.
bi: $(STAMP) ## Superset in an environment of its own: every chart drawn, also after ten publications
	PERPS_DATA_DIR=$${PERPS_DATA_DIR:-data/demo} $(BIN)/python -m bi.superset check

bi-lock: ## Superset's pins
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --output-file bi/superset/requirements.txt bi/superset/requirements.in

lock: ## resolve the pins again: hashes, no index addresses
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --group dev --generate-hashes --no-emit-index-url --python-version 3.11 --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv data build
