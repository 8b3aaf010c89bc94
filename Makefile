# The front door. Every target sets up what it needs first; a set-up that is current costs a tenth of a second.
MUNICIPALITY ?= sande
CHECK := .venv/bin/python scripts/check.py

# the environment made by scripts/setup is compiled beforehand; a shell that forbids it would make every start compile again
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help rehearse drift test test-long bench setup setup-test setup-bench lint types unit integration molecule test-wine collection lock clean

help: ## this list
	@echo "fellesdrift: make TARGET"
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' Makefile

rehearse: setup ## move MUNICIPALITY (default sande; a,b or all) onto the shared network and back, on a twin of the estate; AGAIN=1 moves it a second time, CHAOS=SEED breaks things meanwhile
	@.venv/bin/fellesdrift rehearse --municipality $(MUNICIPALITY) $(if $(AGAIN),--again) $(if $(CHAOS),--chaos $(CHAOS))

# a twin that is up is used as it stands, and left up; else one is made for the run
drift: setup ## hold every host of a twin of the estate against what is written down of it; a page in reports/drift/
	@up=$$(.venv/bin/fellesdrift twin status --out inventories/twin >/dev/null 2>&1 && echo yes); \
	[ "$$up" ] || .venv/bin/fellesdrift twin up || exit 2; \
	.venv/bin/fellesdrift drift -i inventories/twin; code=$$?; \
	.venv/bin/fellesdrift drift report reports/drift --html reports/drift/index.html; \
	[ "$$up" ] || .venv/bin/fellesdrift twin down; exit $$code

test: setup-test ## everything below, and the coverage: what has to pass before a change goes in
	@$(CHECK) packages molecule lint types wine measured played

lint: setup-test ## ruff, yamllint and ansible-lint
	@$(CHECK) lint

types: setup-test ## mypy --strict over src/
	@$(CHECK) types

unit: setup-test ## the tests that start nothing
	@$(CHECK) unit

integration: setup-test ## the tests that run playbooks against a twin
	@$(CHECK) packages integration

molecule: setup-test ## a scenario for each role, on a twin
	@$(CHECK) packages molecule

test-wine: setup-test ## the Windows session and state against Wine: a Windows whose answers are not this project's
	@$(CHECK) packages wine

test-long: setup-test ## the tests that are too slow for every run (a kill at every journal record, ...)
	@$(CHECK) packages long

bench: setup-bench ## measure, against what the operator would use otherwise
	@$(CHECK) bench

setup: ## .venv with what runs the product
	@scripts/setup runtime

setup-test: ## .venv with what tests it too
	@scripts/setup test

setup-bench: ## .venv with what it is measured against, too
	@scripts/setup bench

collection: setup ## dist/fellesdrift-core-VERSION.tar.gz, to install elsewhere
	@scripts/build-collection

lock: ## write the locks anew from pyproject.toml (LOCK=--upgrade for the newest versions that it allows)
	@scripts/lock $(LOCK)

clean: ## back to a fresh clone; a journal of what was done to real devices stays
	@scripts/clean
