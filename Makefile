# Pendapa: `make run` starts it, `make test` tests it, `make help` lists the rest.

PYTHON ?= python3
PORT ?= 8000
PENDAPA_HOME ?= $(CURDIR)/.pendapa
# Test processes at once.
JOBS ?= 2

export PYTHON
export PENDAPA_HOME
# Where it is set, each of the hundreds of commands that the tests start would compile the whole program anew.
unexport PYTHONDONTWRITEBYTECODE

bin := .venv/bin
# `make test` runs these; `make test-all` runs exactly the others, and then PostgreSQL.
everyday := not hostile and not fault and not slow and not (browser and not main)
pytest := $(bin)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder
sqlite := env -u DATABASE_URL

.DEFAULT_GOAL := help
.PHONY: help setup dev run test test-all lint fmt bench docs assets messages

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

setup: ## make .venv with the locked packages, so that .venv/bin/pendapa is there
	@tools/setup.sh

dev: ## the same with everything that tests and checks need
	@tools/setup.sh --dev

run: setup ## migrate, load the demo and serve (PORT=8000, PENDAPA_HOME=.pendapa)
	@$(bin)/pendapa migrate
	@$(bin)/pendapa demo
	@exec $(bin)/pendapa serve --port $(PORT)

test: dev ## the suite on SQLite with the main browser walk
	@$(bin)/python -m tools.need chromium driver fonts gettext
	$(sqlite) $(pytest) -m "$(everyday)"

test-all: dev ## what `make test` leaves out, then everything that touches a database on a private PostgreSQL
	@$(bin)/python -m tools.need chromium driver fonts gettext postgresql
	$(sqlite) $(pytest) -m "not ($(everyday))"
	$(bin)/python -m tools.postgres run --optional -- $(pytest) --database-only -m "not browser or main"

lint: dev ## style, types, floors, licences, sizes, migrations, translations, built assets
	@$(bin)/python -m tools.need gettext $(if $(CI),node)
	@$(bin)/python -m tools.lint

fmt: dev ## format the code and repair what can be repaired by itself
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

bench: dev ## speed as ratios, each measured in one run (QUICK=1 for smaller sizes)
	$(bin)/python -m bench.run $(if $(QUICK),--quick)

docs: dev ## build the documentation into site/
	$(bin)/uv run --frozen --inexact --group docs python -m tools.docs

assets: dev ## rebuild the front-end parts from their npm lock (needs Node)
	@$(bin)/python -m tools.need node
	$(bin)/python -m tools.assets

messages: dev ## collect and compile the translations of every room
	@$(bin)/python -m tools.need gettext
	$(bin)/python -m tools.messages
