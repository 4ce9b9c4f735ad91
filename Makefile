.DEFAULT_GOAL := help
.PHONY: help install run check test fuzz mutate fix bench load lock

VENV := .venv
PYTHON := $(VENV)/bin/python
STAMP := $(VENV)/.installed
EXTRAS := --extra postgres --extra redis --extra celery --extra pdf
PORT ?= 8000
ARGS ?=

# Whatever .env or the shell says, these environments are as written here. An empty NAME_FILE means no file.
ALONE := env DEBUG=false BEHIND_PROXY=false CSRF_TRUSTED_ORIGINS= TIME_ZONE=UTC LOG_LEVEL=WARNING \
	DATABASE_URL_FILE= DIALNEXA_BASE_URL_FILE= DIALNEXA_API_KEY_FILE= DJANGO_SETTINGS_MODULE=dashboard.settings \
	REDIS_URL= REDIS_URL_FILE= TASK_BACKEND=database AUDIT_KEY= AUDIT_KEY_FILE= AUDIT_ANCHORS= AUDIT_ARCHIVE= \
	OIDC_SERVER_URL=
DEMO := $(ALONE) HTTPS=false SECRET_KEY_FILE=var/demo-secret-key DATABASE_URL=sqlite:///var/demo.sqlite3 \
	ALLOWED_HOSTS=127.0.0.1,localhost DIALNEXA_API_KEY=demo:demo DIALNEXA_BASE_URL=http://127.0.0.1:$$(($(PORT) + 1))
PRODUCTION := $(ALONE) HTTPS=true SECRET_KEY_FILE= DATABASE_URL=sqlite://:memory: \
	SECRET_KEY=checked-only-ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789-abcdefghijklmnopqrstuvwxyz \
	AUDIT_KEY=checked-only-ABCDEFGHIJKLMNOPQRSTUVWXYZ \
	ALLOWED_HOSTS=leadline.example.org DIALNEXA_API_KEY=checked:only DIALNEXA_BASE_URL=https://api.dialnexa.com

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP) ## Create .venv with everything, development tools included

$(STAMP): requirements-dev.txt
	@$(PYTHON) -c '' 2>/dev/null || for python in python3 python3.11 python3.12 python3.13 python3.14; do \
		$$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		echo "Creating $(VENV) with $$($$python --version) ..."; \
		$$python -m venv --clear $(VENV) && break; \
	done
	@$(PYTHON) -c '' 2>/dev/null || { \
		echo "Leadline needs Python 3.11 or newer with venv (on Debian: apt-get install python3 python3-venv)." >&2; exit 1; }
	@echo "Installing requirements-dev.txt ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

run: install ## Run the demo at http://127.0.0.1:8000/ (PORT=8100 for another port); Ctrl-C ends it
	@mkdir -p var && umask 077 && test -s var/demo-secret-key || \
		$(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(64))' > var/demo-secret-key
	@exec $(DEMO) $(PYTHON) manage.py demo --port=$(PORT)

check: install ## Lint, formats, types, layers, templates, deployment settings, migrations
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports --no-logo
	find templates -name '*.html' -exec $(VENV)/bin/djade --target-version 5.2 --check {} +
	@$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	@$(PRODUCTION) $(PYTHON) manage.py makemigrations --check --dry-run

test: install ## Run the tests, the browser's too where Chromium is (ARGS="-k name" for some)
	$(PYTHON) -m pytest $(ARGS)

# atheris and mutmut are heavy, and not for every Python: an environment of their own.
FUZZ := .venv-fuzz
FUZZ_PYTHON := $(FUZZ)/bin/python
SECONDS ?= 600
MODULES ?= dashboard.*

$(FUZZ)/.installed: requirements-dev.txt requirements-fuzz.txt $(STAMP)
	$(PYTHON) -m venv --clear $(FUZZ)
	@$(FUZZ_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@$(FUZZ_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.txt
	@touch $@

fuzz: $(FUZZ)/.installed ## The properties at 5,000 examples, then any bytes for ten minutes (SECONDS=60 for one)
	@$(FUZZ_PYTHON) -c 'import atheris' 2>/dev/null || { \
		echo "atheris has no release for $$($(FUZZ_PYTHON) --version) on $$(uname -s): Linux with Python 3.11 to 3.13 is needed." >&2; \
		exit 1; }
	HYPOTHESIS_PROFILE=nightly $(FUZZ_PYTHON) -m pytest -m hypothesis $(ARGS)
	@mkdir -p var/fuzz
	$(FUZZ_PYTHON) -m tests.fuzz.fuzz_bytes var/fuzz/corpus -max_total_time=$(SECONDS)

mutate: $(FUZZ)/.installed ## How many broken versions of the core the tests notice (MODULES="dashboard.timeline.mask.*")
	HYPOTHESIS_PROFILE=mutants $(FUZZ)/bin/mutmut run --max-children 2 $(MODULES)
	@$(FUZZ_PYTHON) scripts/mutation_score.py

fix: install ## Repair what ruff and djade can repair
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format
	-find templates -name '*.html' -exec $(VENV)/bin/djade --target-version 5.2 {} +

bench: install ## Measure the pages against their limits (ARGS=... go to benchmarks/run.py)
	$(PYTHON) -m benchmarks.run $(ARGS)

load: install ## Put load on it and break its DialNexa (ARGS=--short; ARGS=--full soaks for half an hour)
	$(PYTHON) -m benchmarks.load.run $(ARGS)

lock: install ## Lock the dependencies of pyproject.toml again (ARGS=--upgrade for newer ones)
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" --quiet $(ARGS) $(EXTRAS) pyproject.toml -o requirements.txt
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" --quiet $(ARGS) $(EXTRAS) --extra dev -c requirements.txt \
		pyproject.toml -o requirements-dev.txt
	$(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-find-links --custom-compile-command "make lock" --quiet $(ARGS) --extra fuzz -c requirements-dev.txt \
		pyproject.toml -o requirements-fuzz.txt
