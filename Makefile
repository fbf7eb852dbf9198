# make pareto [DATASET=digits|cifar10|tinyimagenet] [PRESET=quick|standard|thorough] [NETWORK=resnet20] [OUT=...] [SEED=...]
# make report RUN=results/digits-quick-1   make test   make stress   make docs   make setup   make fidelity
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

DATASET ?= digits
PRESET ?= quick
SEED ?= 1
# A network of `xpert-evo list`, or the path of a network file; by default the problem's own.
NETWORK ?=
OUT ?= results/$(DATASET)$(if $(NETWORK),-$(basename $(notdir $(NETWORK))))-$(PRESET)-$(SEED)
OF_NETWORK := $(if $(NETWORK),--set $(if $(filter %.toml,$(NETWORK)),network,backbone)=$(NETWORK))

.PHONY: setup pareto report fidelity lint docs test stress

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; name one with PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

# Run again, it continues the run.
pareto: setup
	$(BIN)/xpert-evo search problems/$(DATASET).toml --preset $(PRESET) --seed $(SEED) --out $(OUT) $(OF_NETWORK) --resume

# One self-contained HTML page of a run, by default of the one that `make pareto` with the same variables writes.
RUN ?= $(OUT)
report: setup
	$(BIN)/xpert-evo report $(RUN)

# The hardware model against the original tool's answers.
fidelity: setup
	$(BIN)/python -m benchmarks.hardware.fidelity --out results/published/fidelity

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: setup
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --site-dir build/site
	@echo "build/site/index.html"

# A process a core, one torch thread each unless OMP_NUM_THREADS says otherwise.
test: export OMP_NUM_THREADS ?= 1
test: lint
	$(BIN)/pytest --numprocesses auto

# What takes minutes to hours: the browser, the documentation's long commands, a wheel in an empty folder.
stress: export OMP_NUM_THREADS ?= 1
stress: setup
	$(BIN)/pytest tests/stress
