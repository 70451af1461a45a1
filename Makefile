# Everything a person types. What needs installing is found out by bootstrap.py.

PYTHON ?= python3
# A shell's `bin` first, for what looks up `node` or `workshop` by name; quoted for paths with spaces.
IN_VENV = PATH="$(CURDIR)/.venv/bin:$$PATH"

# Where a machine switches compiled files off, every process would compile all it imports.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup test-setup run test bench build lint format messages lock clean

help:
	@echo "make run      start Workshop with its demonstration  (HOST=0.0.0.0 PORT=8001 to choose)"
	@echo "make test     run all tests, after installing what they need  (ARGS='-k ideas' to choose)"
	@echo "make build    make the package that can be installed by itself, into dist/"
	@echo "make setup    only install and build; run and test do it themselves"
	@echo "make bench    measure the live path beside a bare server  (ARGS='--only paced --rounds 1' to choose)"
	@echo "make lint     check format, style and types;  make format  puts the format right"
	@echo "make messages bring the German and Swedish catalogues up to date with the words in the code"
	@echo "make lock     choose the newest allowed versions of all dependencies  (UPGRADE= to keep what is locked)"
	@echo "make clean    remove what was installed and built; the data in var/ stays"

setup:
	@"$(PYTHON)" bootstrap.py

test-setup:
	@"$(PYTHON)" bootstrap.py --test

# make hands the variables of its command line (HOST, PORT, WORKSHOP_…) on in the environment.
run: setup
	@$(IN_VENV) .venv/bin/workshop serve

# A file's tests stay together, so that they share what they set up. Without workers: ARGS='-n0 …'
# More than there are processors: many tests wait for what they promise, ten seconds or for a phone to come back.
WORKERS = $(shell $(PYTHON) -c "import os; print(min(4, (os.cpu_count() or 1) * 3 // 2))")

test: test-setup
	@$(IN_VENV) .venv/bin/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(ARGS)

bench: test-setup
	@$(IN_VENV) .venv/bin/python -u -m benchmarks $(ARGS)

DIST = dist

build: setup
	.venv/bin/python -m hatchling build -t wheel -d "$(DIST)"

lint: test-setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy

format: test-setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

# Without dates, line numbers and guesses, so that every run on the same words gives the same files.
messages: setup
	.venv/bin/pybabel -q extract -F babel.cfg -k _l --no-wrap --add-location=file --sort-by-file -o .venv/messages.pot .
	.venv/bin/pybabel -q update -i .venv/messages.pot -d workshop/translations \
		--no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

# For every platform and every Python we support, by hash, and without the address they came from.
UPGRADE = --upgrade
COMPILE = .venv/bin/uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header

lock: test-setup
	$(COMPILE) --group installer -o requirements/installer.txt
	$(COMPILE) --group node -o requirements/node.txt
	$(COMPILE) pyproject.toml --all-extras --group build -o requirements/runtime.txt
	$(COMPILE) pyproject.toml --all-extras --group build --group test \
		-c requirements/runtime.txt -o requirements/dev.txt
	$(IN_VENV) npm $(if $(UPGRADE),update,install) --package-lock-only

clean:
	rm -rf .venv node_modules static/dist dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find workshop -name '*.mo' -delete
