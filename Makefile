# Every target sets itself up on a machine that has Python 3.11 or newer and make. The environment lives in .venv/.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: demo run dev test check bench ducklake screenshots docs sources bi bi-lock wheel pythons lock clean
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

ducklake: $(STAMP) ## the same days with the warehouse in a file and in DuckLake: equal tables, and what each step takes
	$(BIN)/python -m benchmarks lake

screenshots: $(STAMP) ## pictures of the report and of Dagster's UI, from the demo, unless PERPS_DATA_DIR names another; needs Chromium
	PERPS_DATA_DIR=$${PERPS_DATA_DIR:-data/demo} $(BIN)/python -m benchmarks.screenshots

docs: $(STAMP) build/docs-env/.installed ## the documentation site into build/docs/site; a link that leads nowhere fails
	$(BIN)/perps docs
	build/docs-env/bin/zensical build --strict --config-file build/docs/mkdocs.yml
	@echo "Open build/docs/site/index.html; with search: $(BIN)/python -m http.server --bind 127.0.0.1 --directory build/docs/site"

build/docs-env/.installed: docs/requirements.lock
	@test -x build/docs-env/bin/python || $(PYTHON) -m venv build/docs-env
	@build/docs-env/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement docs/requirements.lock
	@touch $@

sources: $(STAMP) ## dbt's declarations of raw, from the adapters' tables
	$(BIN)/python -m orchestration.source_yml

# The demo's publication, unless PERPS_DATA_DIR names another. Needs chromium and chromium-driver.
bi: $(STAMP) ## Superset in an environment of its own: every chart drawn, also after ten publications
	PERPS_DATA_DIR=$${PERPS_DATA_DIR:-data/demo} $(BIN)/python -m bi.superset check

bi-lock: ## Superset's pins
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --output-file bi/superset/requirements.txt bi/superset/requirements.in

wheel: ## the wheel in an environment of its own, from an empty folder: demo, sql, dev
	PYTHON="$(PYTHON)" .ci/wheel

pythons: $(STAMP) ## the other interpreters that are allowed, where they are on this machine
	.ci/other_pythons

lock: ## resolve the pins again: hashes, no index addresses
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --group dev --generate-hashes --no-emit-index-url --python-version 3.11 --output-file requirements.lock pyproject.toml
	$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --universal --python-version 3.11 --output-file docs/requirements.lock docs/requirements.in

clean:
	rm -rf .venv data build
