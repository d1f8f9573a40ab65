# Two commands: `make soak` and `make test`. Everything else is what they stand on.
#
#   make soak            set all up, bring the lab up, soak it a few minutes, print the verdict
#   make soak HOURS=8    the same for a night
#   make test            all that CI runs, the tests on the real lab included
#   make unit            the tests that need no lab, a few minutes
#   make nova-test       our arithmetic held against nova's own, in the lab's environment; no lab runs
#   make slow-test       the lab brought up and killed half-way, again and again
#   make lint            ruff and mypy
#   make clean           stop the lab and remove what was built here

SHELL := /bin/bash
PYTHON ?= python3
HOURS ?= 0.1
REGEX ?= ^tempest\.api\.compute\.(flavors|servers\.test_(create_server|server_addresses|servers_negative))
BIN := .venv/bin
# Many tests wait for what hangs: more of them than processors run side by side.
WORKERS ?= 4
SYSTEM_PACKAGES = $(shell sed 's/\#.*//' harness/lab/packages.txt)
TEST_PACKAGES = $(shell sed 's/\#.*//' tests/jenkins/packages.txt)

.PHONY: soak test unit lint lab-test nova-test slow-test clean setup test-setup

soak: setup
	@env -u OS_CLOUD -u OS_CLIENT_CONFIG_FILE $(BIN)/harness soak --hours $(HOURS) --regex '$(REGEX)'; code=$$?; \
	echo "the lab still runs: 'make clean' stops it, '$(BIN)/harness lab --help' tells more"; exit $$code

test: test-setup
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory unit
	$(BIN)/pytest -m '(lab or nova) and not slow'

unit: test-setup
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal -m 'not lab and not nova and not slow'

lab-test: test-setup
	$(BIN)/pytest -m 'lab and not slow'

nova-test: test-setup
	$(BIN)/pytest -m nova

slow-test: test-setup
	$(BIN)/pytest -m slow

lint: test-setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

setup: .venv/ready

test-setup: .venv/test-ready

# The virtual environment: harness with what the lab and libvirt need. libvirt-python must be of
# the version of the machine's libvirt, so it is built here against libvirt-dev.
.venv/ready: setup.cfg pyproject.toml harness/lab/packages.txt tools/install-packages
	tools/install-packages $(SYSTEM_PACKAGES)
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[lab]' "libvirt-python==$$(pkg-config --modversion libvirt)"
	@touch $@

.venv/test-ready: .venv/ready tests/jenkins/packages.txt
	tools/install-packages $(TEST_PACKAGES)
	$(BIN)/pip install --quiet --editable '.[lab,test,lint]'
	@touch $@

clean:
	-[ -x $(BIN)/harness ] && $(BIN)/harness lab down
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
