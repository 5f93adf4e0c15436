# Commands to build, deploy, try and check Sluice. `make help` lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV   := build/venv
TOOLS  := $(VENV)/tools/bin/python
UV     := $(VENV)/tools/bin/uv
SLUICE  = $(TOOLS) -m sluice

# ENV selects terraform/environments/$(ENV).*. The local environment runs builds for this machine, the others builds for AWS.
ENV ?=
ENVIRONMENTS := $(basename $(notdir $(wildcard terraform/environments/*.tfvars)))
ifeq ($(ENV),local)
PYTHON ?= $(shell $(firstword $(wildcard $(TOOLS)) python3) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
ARCH   ?= $(patsubst aarch64,arm64,$(shell uname -m))
export TF_VAR_build = $(PYTHON)-$(ARCH)
else
PYTHON ?= 3.13
ARCH   ?= x86_64
endif

export PYTHONPATH := $(CURDIR):$(CURDIR)/lambdas
export SLUICE_PROJECT := $(CURDIR)
unexport TF_DATA_DIR # each environment has a folder of its own: sluice/terraform/backend.py
ifeq ($(wildcard $(TF_CLI_CONFIG_FILE)),)
unexport TF_CLI_CONFIG_FILE # Terraform warns about a variable that names a missing file
endif

# Values of these variables may contain quotes, blanks and dollars. Recipes read them from the environment ("$$MODEL"), which
# gets them as they were typed: neither make nor the shell expands them.
LITERAL := FROM NAME LABELS SIZE SCALE DECODE ENGINE PRECISION AGREEMENT WEIGHTS IMAGES SOFTMAX
LITERAL += MODEL SHARE OUT PLAN LOCK_TIMEOUT ACCOUNT VERSION ADDRESS ID
$(foreach name,$(LITERAL),$(if $(filter command,$(origin $(name))),$(eval override export $(name) := $$(value $(name)))))

# --lock-timeout "$LOCK_TIMEOUT" for each of the named variables that has a value.
options = $(foreach name,$(1),$(if $(value $(name)),--$(shell echo $(name) | tr A-Z_ a-z-) "$$$(name)"))
# "$ADDRESS" if that was given on make's command line; a variable of the same name in the shell does not count.
argument = $(if $(filter override,$(origin $(1))),"$$$(1)")

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16
	@echo
	@echo 'Values of ENV: $(ENVIRONMENTS). To build for another target: make build PYTHON=3.13 ARCH=arm64.'
	@echo 'To use the command line: source $(VENV)/tools/bin/activate && sluice --help'
	@echo 'To use the AWS CLI with the local cloud: eval "$$($(TOOLS) -m localcloud env)" && aws sqs list-queues'

##@ Build

# A Python environment is created again when its lock file changes. The tools come first: uv, which creates the others, is one.
$(VENV)/tools/made.lock: build/requirements/tools.lock build/requirements/uv.lock
	@python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Sluice needs Python 3.11 or newer; python3 here is %d.%d." % sys.version_info[:2])'
	@echo 'Creating $(VENV)/tools (once, about a minute)'
	@rm -rf $(VENV)/tools && python3 -m venv $(VENV)/tools
	@$(VENV)/tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r build/requirements/uv.lock 2> >(grep -v '^WARNING: Location' >&2)
	@$(UV) pip install --quiet --python $(TOOLS) --require-hashes -r $<
	@cp $< $@

# Install the command `sluice` in editable mode, which downloads and copies nothing.
$(VENV)/tools/bin/sluice: pyproject.toml $(VENV)/tools/made.lock
	@$(UV) pip install --quiet --offline --no-deps --no-build-isolation --python $(TOOLS) --editable .
	@touch $@

$(VENV)/%/made.lock: build/requirements/%.lock | $(VENV)/tools/made.lock
	@echo 'Creating $(VENV)/$*'
	@rm -rf $(VENV)/$* && $(UV) venv --quiet --python $(TOOLS) $(VENV)/$*
	@$(UV) pip install --quiet --python $(VENV)/$*/bin/python --require-hashes -r $<
	@cp $< $@

.PHONY: setup
setup: $(foreach name,tools cloud runtime,$(VENV)/$(name)/made.lock) $(VENV)/tools/bin/sluice # the environments that the local cloud and the tests need

.PHONY: build
build: $(VENV)/tools/made.lock ## Build the zips and layers that Terraform deploys (ENGINES=litert: only the layer of that engine)
	@$(TOOLS) -m build.package --python $(PYTHON) --arch $(ARCH) $(addprefix --engine ,$(ENGINES))

MODEL_OPTIONS := LABELS SIZE SCALE DECODE ENGINE PRECISION AGREEMENT WEIGHTS IMAGES SOFTMAX

.PHONY: model digits
model: $(VENV)/tensorflow/made.lock ## Convert your own model to a bundle: make model FROM=pets.keras NAME=pets LABELS=pets.txt SCALE=0..1
	@FROM="$${FROM-}" NAME="$${NAME-}"; $(VENV)/tensorflow/bin/python -m build.model --name "$$NAME" $(call options,$(MODEL_OPTIONS)) -- "$$FROM"

digits: $(VENV)/tensorflow/made.lock ## Train the demo model again and write its bundles
	@$(VENV)/tensorflow/bin/python -m models.digits.train

.PHONY: relock
relock: $(VENV)/tools/made.lock ## Write all lock files again (UPGRADE=1: with the newest versions)
	@$(TOOLS) -m build.lock $(if $(UPGRADE),--upgrade)

##@ Deploy

.PHONY: environment
environment:
	@$(if $(filter $(ENV),$(ENVIRONMENTS)),:,echo 'ENV is "$(ENV)", but must be one of: $(ENVIRONMENTS). For example: make $(MAKECMDGOALS) ENV=dev' >&2; exit 2)

.PHONY: bootstrap policies init plan apply publish destroy
bootstrap: environment $(VENV)/tools/made.lock ## Create the state bucket and the operators' policies of ENV (once per AWS account)
	@$(SLUICE) terraform bootstrap --env $(ENV)

policies: environment $(VENV)/tools/made.lock ## Print the operators' IAM policies of ENV (ACCOUNT=123456789012: without credentials)
	@$(SLUICE) terraform policies --env $(ENV) $(call options,ACCOUNT)

init: environment $(VENV)/tools/made.lock
	@$(SLUICE) terraform init --env $(ENV)

plan: environment build ## Show what apply would change in ENV (OUT=file saves the plan; MODEL, SHARE and LOCK_TIMEOUT as for apply)
	@$(SLUICE) terraform plan --env $(ENV) $(call options,MODEL SHARE OUT LOCK_TIMEOUT)

apply: environment $(if $(value PLAN),,build) ## Deploy to ENV (PLAN=file: a saved plan; MODEL=name@hash: move to a version, SHARE=0.1: for part of the traffic)
	@$(SLUICE) terraform apply --env $(ENV) $(call options,PLAN MODEL SHARE LOCK_TIMEOUT) $(if $(AUTO_APPROVE),--auto-approve)

publish: environment init ## Upload a model version to ENV: make publish ENV=dev MODEL=folder, or MODEL=name@hash
	@$(SLUICE) publish --env $(ENV) -- "$${MODEL:?is missing: name a version, for example MODEL=models/pets/8f3a2c or MODEL=pets@8f3a2c}"

destroy: environment build ## Remove ENV
	@$(SLUICE) terraform destroy --env $(ENV) $(call options,LOCK_TIMEOUT) $(if $(AUTO_APPROVE),--auto-approve)

##@ Repair

.PHONY: terraform state-versions state-restore
terraform: environment $(VENV)/tools/made.lock ## Run any Terraform command in ENV: make terraform DO="state list", DO=import ADDRESS='..' ID=.. (docs/state.md)
	@$(SLUICE) terraform run --env $(ENV) -- $(DO) $(call argument,ADDRESS) $(call argument,ID)

state-versions: environment $(VENV)/tools/made.lock ## List the newest versions of ENV's state (ALL=1: all versions)
	@$(SLUICE) terraform state-versions --env $(ENV) $(if $(ALL),--all)

state-restore: environment $(VENV)/tools/made.lock ## Make an older version of ENV's state the current one: VERSION=id
	@$(SLUICE) terraform state-restore --env $(ENV) -- "$${VERSION:?is missing: make state-versions lists the versions}"

##@ Try

.PHONY: demo
demo: setup ## Classify real images end to end on this machine, without AWS
	@$(MAKE) build ENV=local ENGINES=litert
	@$(TOOLS) -m sluice.demo

.PHONY: up down serve
up: setup ## Start the local cloud (then: make bootstrap ENV=local, make apply ENV=local)
	@$(TOOLS) -m localcloud up

down: setup ## Stop the local cloud and delete everything in it
	@$(TOOLS) -m localcloud down

serve: setup ## Serve sample images that the local environment may fetch
	@$(TOOLS) -m sluice serve

##@ Check

.PHONY: bench
bench: setup $(VENV)/bench/made.lock ## Compare speed and memory with alternatives (STAGES="cold job": only these; QUICK=1: one repeat)
	@$(MAKE) build ENV=local
	@$(TOOLS) -m bench $(if $(QUICK),--quick) $(STAGES)

.PHONY: test lint lint-python lint-terraform lint-hardening hooks documents documents-check record-policies
# One more worker than cores, because journeys mostly wait; at most 4, because each journey applies a stack to a local cloud.
WORKERS ?= $(shell cores=$$(nproc 2>/dev/null || echo 2); echo $$(( cores < 4 ? cores + 1 : 4 )))

test: setup $(VENV)/lint/made.lock $(VENV)/tensorflow/made.lock ## Run all checks and tests, from scratch (TESTS=tests/sluice: only these)
	@$(MAKE) lint
	@$(MAKE) build ENV=local
	@$(TOOLS) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

lint: setup $(VENV)/lint/made.lock ## Check style, types and security
	@$(MAKE) --keep-going --jobs=2 --output-sync=target lint-python lint-terraform lint-hardening

lint-python:
	@$(TOOLS) -m ruff check .
	@$(TOOLS) -m ruff format --check .
	@$(TOOLS) -m mypy

lint-terraform:
	@terraform fmt -check -recursive terraform modules
	@$(TOOLS) -m build.lint.validate
	@$(TOOLS) -m build.lint.machines

# checkov and parliament pin many versions that conflict with the tools, so they have a Python environment of their own.
lint-hardening:
	@$(VENV)/lint/bin/python -m build.lint.hardening
	@$(VENV)/lint/bin/python -m build.lint.policies

hooks: $(VENV)/lint/made.lock ## Install git hooks: quick checks before a commit, all checks before a push (.pre-commit-config.yaml)
	@$(VENV)/lint/bin/pre-commit install

documents: setup ## Generate the modules' READMEs and the tables of docs/security.md
	@$(TOOLS) -m build.documents

documents-check: setup
	@$(TOOLS) -m build.documents --check

record-policies: setup ## Apply everything to a local cloud, and record the policies of roles and resources
	@$(MAKE) build ENV=local
	@REGENERATE=1 $(TOOLS) -m pytest -q tests/journeys/test_policies.py
	@$(MAKE) documents
