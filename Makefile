# `make demo` and `make test` are all that a newcomer needs; `make help` lists the rest.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= build/demo
SIZE ?= county
SEED ?= 1
HOST ?= 127.0.0.1
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help demo serve test lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.installed: requirements.lock pyproject.toml scripts/set_up.sh
	@scripts/set_up.sh $(PYTHON) $(VENV) requirements.lock
	@touch $@

$(VENV)/.installed-test: requirements-test.lock pyproject.toml scripts/set_up.sh
	@scripts/set_up.sh $(PYTHON) $(VENV) requirements-test.lock chromium fonts-noto-cjk libatomic1 postgresql
	@touch $@ $(VENV)/.installed

demo: $(VENV)/.installed ## a demo county, from its files to a zone plan on a map and a finished case
	@test -f $(DEMO)/study.toml || $(BIN)/zoning demo $(DEMO) --size $(SIZE) --seed $(SEED)
	@$(BIN)/zoning run $(DEMO)
	@$(BIN)/zoning demo-case $(DEMO)

serve: demo ## the same on http://127.0.0.1:8000
	@$(BIN)/zoning serve $(DEMO) --host $(HOST) --port $(PORT)

test: $(VENV)/.installed-test ## style, types, import contracts and every test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

lock: ## pin the newest packages again, with hashes and without any host
	$(PYTHON) -m venv build/lock && build/lock/bin/pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --upgrade \
	    --custom-compile-command "make lock" --extra build --extra online --extra test -o requirements-test.lock pyproject.toml
	build/lock/bin/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --upgrade \
	    --custom-compile-command "make lock" --constraint requirements-test.lock --extra build -o requirements.lock pyproject.toml
	echo geopy | build/lock/bin/uv pip compile --quiet --python-version 3.11 --universal --generate-hashes --upgrade \
	    --custom-compile-command "make lock" --constraint requirements-test.lock -o requirements-online.lock -

clean: ## everything that was made, except the virtual environment
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
