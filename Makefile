# Two commands: `make run` and `make test`. Each installs what it needs and says what it does.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAY := @printf '\n== %s\n'

.PHONY: run example test check bench examples pictures lock clean system
.DEFAULT_GOAL := run

run: $(VENV)/.run ## Runs the service and says where to click; Ctrl+C ends it.
	$(SAY) 'Starting the service; what it keeps lies in the folder data'
	@$(BIN)/duediligence serve

example: $(VENV)/.run ## Assesses a bundled example without the service and says where its report lies.
	$(SAY) 'Assessing the bundled example: a cotton farm in Mary'
	@$(BIN)/duediligence assess examples/cotton_farm_mary.xlsx --on 2026-11-21 --lang en --out out
	@printf '\nThe report lies in out/cotton_farm_mary.report.pdf. Your own firm: docs/firm.md\n'

test: check ## Every check and every test.
	$(SAY) 'Tests (a few minutes)'
	@$(BIN)/python -m pytest -n 2 --dist worksteal

check: $(VENV)/.test system $(VENV)/.node
	$(SAY) 'Format and lint (ruff)'
	@$(BIN)/ruff format --check . && $(BIN)/ruff check .
	$(SAY) 'Types (mypy --strict)'
	@$(BIN)/mypy

bench: $(VENV)/.test $(VENV)/.plain ## Measures speed against the stated limits; prints ratios, writes benchmarks/results.json.
	@$(BIN)/python benchmarks/measure.py
	@$(BIN)/python benchmarks/service.py sqlite
	@$(BIN)/python benchmarks/service.py postgresql
	@$(BIN)/python benchmarks/network.py
	@$(BIN)/python -m benchmarks.batch
	@$(BIN)/python -m benchmarks.registry
	@$(BIN)/python -m benchmarks.proof
	@$(BIN)/python -m benchmarks.credential

$(VENV)/bin/uv: requirements-uv.lock
	$(SAY) 'Making the environment in $(VENV)'
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; PYTHON=python3.12 make run uses another one")'
	@$(PYTHON) -m venv --without-pip $(VENV)
	@$(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(VENV)/.run: $(VENV)/bin/uv requirements.lock requirements-compiler.lock pyproject.toml hatch_build.py questionnaires/machine.c
	$(SAY) 'Installing the libraries named in requirements.lock'
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip install -q -p $(BIN)/python --compile-bytecode --require-hashes -r requirements.lock
	@command -v $${CC:-cc} >/dev/null || { printf 'This machine has no C compiler; one comes from PyPI\n'; $(BIN)/uv pip install -q -p $(BIN)/python --require-hashes -r requirements-compiler.lock; }
	@$(BIN)/uv pip install -q -p $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: $(VENV)/.run requirements-dev.lock
	$(SAY) 'Installing the test and lint tools named in requirements-dev.lock'
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip install -q -p $(BIN)/python --compile-bytecode --require-hashes -r requirements-dev.lock
	@touch $@

# What people run: no test tools, no extras but the driver of PostgreSQL. Its memory and start are what is measured.
$(VENV)/.plain: $(VENV)/.run requirements-dev.lock
	$(SAY) 'Making an installation without test tools to measure'
	@$(PYTHON) -m venv --without-pip $(VENV)/plain
	@UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip install -q -p $(VENV)/plain/bin/python --compile-bytecode --require-hashes -r requirements.lock
	@grep -A40 '^psycopg' requirements-dev.lock | grep -oE '^psycopg[a-z-]*==[0-9.]+' | xargs $(BIN)/uv pip install -q -p $(VENV)/plain/bin/python --no-deps
	@$(BIN)/uv pip install -q -p $(VENV)/plain/bin/python --no-deps --no-build-isolation -e .
	@touch $@

# LibreOffice recalculates workbooks, poppler and qpdf read PDFs, Chromium opens pages: eyes that are not ours.
# Redis wakes workers of large installations; SoftHSM stands for a device that keeps keys.
system:
	@missing=; for tool in soffice pdftotext qpdf chromium redis-server softhsm2-util node npm; do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	node=; command -v npm >/dev/null || node="nodejs npm"; \
	if [ -n "$$missing" ]; then \
	  printf '\n== %s\n' "Installing LibreOffice Calc, poppler, qpdf, Chromium, Redis, SoftHSM and Node for the tests (missing:$$missing)"; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends \
	    libreoffice-calc-nogui poppler-utils qpdf chromium fonts-dejavu-core redis-server softhsm2 $$node >/dev/null; \
	fi

# Libraries under Node that check credentials: eyes that share no code with ours.
$(VENV)/.node: tests/node/package.json tests/node/package-lock.json | system
	$(SAY) 'Installing the libraries under Node named in tests/node/package-lock.json'
	@npm --prefix tests/node ci --ignore-scripts --silent
	@touch $@

examples: $(VENV)/.run ## Writes the example workbooks anew from their JSON.
	@$(BIN)/python examples/workbooks.py

pictures: $(VENV)/.test system ## Takes the pictures of docs and of the help pages anew, from a service with samples.
	@$(BIN)/python examples/pictures.py

lock: $(VENV)/bin/uv ## Rewrites the lock files: exact versions and hashes, no addresses.
	@$(BIN)/uv pip compile -q pyproject.toml --group build --universal --generate-hashes --no-header --no-emit-index-url -o requirements.lock
	@$(BIN)/uv pip compile -q pyproject.toml --extra postgres --extra redis --extra dask --extra otel --extra pkcs11 --group build --group test --group lint --universal --generate-hashes --no-header --no-emit-index-url -o requirements-dev.lock
	@$(BIN)/uv pip compile -q --group pyproject.toml:compiler --universal --generate-hashes --no-header --no-emit-index-url -o requirements-compiler.lock

clean:
	rm -rf $(VENV) out tests/node/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
