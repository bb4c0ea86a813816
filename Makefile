# What one does with this project; `make` alone prints the list. Nothing need be installed but make,
# git and Python 3.11 or later: the rest comes into .venv, pinned and hashed by requirements.lock.

PYTHON ?= python3
OLDER_NAMES := python3.14 python3.13 python3.12 python3.11
BIN := .venv/bin
READY := .venv/ready
PYTEST := $(BIN)/python -m pytest
# Two test processes on two cores; more than four would only fight over the one PostgreSQL.
# A test that hangs is named and fails; without this it would take the whole run with it.
HANGING := -o faulthandler_timeout=300 -o faulthandler_exit_on_timeout=true
PARALLEL := -n logical --maxprocesses 4 --dist worksteal
FIGURES := var/proof.jsonl
IN_FULL := ARDOISE_PROOF=1 ARDOISE_PROOF_FILE=$(FIGURES)

# An environment that is activated elsewhere must not be mistaken for ours.
unexport VIRTUAL_ENV
unexport PYTHONHOME
unexport PYTHONPATH
# Without its compiled files Python takes five seconds to start a test run, with them one.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test quick check bench proof lock venv clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' Makefile

# With a terminal, the demo is given a job of its own, so that Ctrl-C reaches it and not make, which
# would report an error for what was asked for. Without one, it takes make's place in the shell.
demo: $(READY) ## a practice with its patients on this machine; Ctrl-C stops it
	@if [ -t 0 ] && (: < /dev/tty) 2> /dev/null; then \
		set -m; $(BIN)/ardoise demo; status=$$?; exit $$status; \
	else \
		exec $(BIN)/ardoise demo; \
	fi

test: check ## everything, on a real PostgreSQL, Redis and Chromium; samples of cases and databases
	$(PYTEST) $(PARALLEL) $(HANGING) --one-database

quick: $(READY) ## the tests that need no server, in under a minute
	$(PYTEST) $(PARALLEL) tests/unit tests/integration tests/architecture \
		-m "not postgres and not redis and not browser and not slow"

check: $(READY) ## style, types, layers, templates
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint --lint --quiet templates

bench: $(READY) ## the benchmarks of tests/bench
	@for file in tests/bench/[a-z]*.py; do \
		[ -e "$$file" ] || continue; \
		name=$${file#tests/bench/}; name=$${name%.py}; \
		echo "== $$name"; \
		$(BIN)/python -m "tests.bench.$$name" || exit 1; \
	done

proof: check ## everything at full count, and the benchmarks; writes docs/proof.md
	@mkdir -p var
	@rm -f $(FIGURES)
	$(IN_FULL) $(PYTEST) $(PARALLEL)
	@$(IN_FULL) $(MAKE) bench
	$(BIN)/python -m tests.proof $(FIGURES)

lock: $(READY) ## pin all dependencies of pyproject.toml anew
	@test -x $(BIN)/uv || { echo "make lock needs uv: $(BIN)/python -m pip install uv" >&2; exit 1; }
	$(BIN)/uv pip compile pyproject.toml --extra demo --extra dev --generate-hashes --universal \
		--no-emit-index-url --no-emit-find-links --python-version 3.11 \
		-o requirements.lock --custom-compile-command "make lock"

venv: $(READY) ## .venv, with everything that is needed

clean: ## remove .venv, caches and the demo's data
	rm -rf .venv var build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# uv is pinned and hashed in the lock like all else; where it cannot be had or cannot reach what pip
# can, pip does its work, only slower.
$(READY): pyproject.toml requirements.lock
	@set -e; \
	fit='import sys; sys.exit(sys.version_info < (3, 11))'; \
	python=; \
	for name in $(PYTHON) $(OLDER_NAMES); do \
		if command -v $$name > /dev/null && $$name -c "$$fit" 2> /dev/null; then \
			python=$$name; break; \
		fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Ardoise needs Python 3.11 or later, and $(PYTHON) is not: install one, or say" \
			"which to use with make PYTHON=/path/to/python3." >&2; exit 1; \
	fi; \
	if ! $$python -c 'import ensurepip, venv' 2> /dev/null; then \
		echo "This Python cannot make environments: install its venv module" \
			"(Debian: apt-get install python3-venv)." >&2; exit 1; \
	fi; \
	$$python -m venv --clear .venv; \
	awk '/^uv==/ { on = 1 } on { print } on && !/\\$$/ { exit }' requirements.lock > .venv/uv.txt; \
	install() { $(BIN)/python -m pip install --quiet --disable-pip-version-check "$$@"; }; \
	if [ -s .venv/uv.txt ] && install --no-deps --require-hashes -r .venv/uv.txt 2> .venv/uv.log \
		&& $(BIN)/uv pip install --python $(BIN)/python --quiet --require-hashes -r requirements.lock \
			2>> .venv/uv.log; \
	then :; else \
		echo "uv is not to be had (.venv/uv.log says why): pip does its work."; \
		install --require-hashes -r requirements.lock; \
	fi; \
	install --no-deps --no-build-isolation --editable .; \
	touch $@
