# Tessera: `make run` to run it, `make test` to test it. Both need Python 3.11, make and pip, nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
APPS := config analytics service_desk loyalty cards risk members core
SIZE ?= full
PYTEST := $(BIN)/python -m pytest
DIVIDED := -n auto --dist loadscope

.PHONY: help run reset test test-all test-walks test-postgres test-browser screenshots lint bench lock backup messages
.DEFAULT_GOAL := help

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: ## start web, worker and beat on this machine with demo data; Ctrl-C stops them
	@$(PYTHON) config/bootstrap.py run
	@$(BIN)/python -m config.supervisor

reset: ## throw away the data of `make run`, after asking
	@$(PYTHON) config/bootstrap.py run
	@$(BIN)/python -m config.supervisor --reset

test: ## the suite on the embedded default (SQLite); names what it leaves out
	@$(PYTHON) config/bootstrap.py dev
	@$(PYTEST) $(DIVIDED) -m "not browser and not postgres and not slow and not walk"

test-all: ## the slow tests too: whole runs started, stopped and killed
	@$(PYTHON) config/bootstrap.py dev
	@$(PYTEST) -m "not browser and not postgres and not walk"

test-walks: ## every page, form and address, as everybody
	@$(PYTHON) config/bootstrap.py dev
	@$(PYTEST) $(DIVIDED) -m walk

test-postgres: ## what asks a database, on PostgreSQL and Redis: TEST_DATABASE_URL and TEST_REDIS_URL, else servers started for the run
	@$(PYTHON) config/bootstrap.py dev
	@$(BIN)/python -m tests.servers $(PYTEST) $(DIVIDED) -m "not browser and not walk and not pure"

test-browser: ## the journeys in Chromium
	@$(PYTHON) config/bootstrap.py dev
	@$(PYTEST) $(DIVIDED) -m browser

screenshots: ## the pictures of the README, from the demo, into docs/screenshots
	@$(PYTHON) config/bootstrap.py dev
	@$(PYTEST) -q -p no:cacheprovider tests/browser/tour.py

lint: ## style, types, templates, import line, missing migrations, security
	@$(PYTHON) config/bootstrap.py dev
	@$(BIN)/python -m tests.lint

bench: ## speed beside hand-written SQL on PostgreSQL; SIZE=small takes two minutes
	@$(PYTHON) config/bootstrap.py dev
	@$(BIN)/python -m tests.servers $(BIN)/python -m bench --size $(SIZE)

lock: ## renew the lock files from pyproject.toml
	@$(PYTHON) config/bootstrap.py lock

messages: ## renew the catalogues in config/locale from the sources; for developers, needs gettext
	@$(PYTHON) config/bootstrap.py dev
	@$(BIN)/python manage.py makemessages --no-obsolete --no-wrap --add-location=file -l zh_Hans -l zh_Hant \
		$(foreach place,.venv var tests bench staticfiles,--ignore $(place))
