# Everything that one does with Sluice. `make help` lists it.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

VENV  := build/venv
TOOLS := $(VENV)/tools/bin/python
UV    := $(VENV)/tools/bin/uv

# ENV picks terraform/environments/$(ENV).*; the local one is built for this machine, the others for AWS.
ENV ?=
ENVIRONMENTS := $(basename $(notdir $(wildcard terraform/environments/*.tfvars)))
ifeq ($(ENV),local)
PYTHON ?= $(shell python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
ARCH   ?= $(patsubst aarch64,arm64,$(shell uname -m))
else
PYTHON ?= 3.13
ARCH   ?= x86_64
endif

# Terraform's provider comes from a folder of this machine where one has it, otherwise from the registry.
MIRRORS := $(TF_PLUGIN_MIRROR) $(HOME)/.terraform.d/plugins /usr/local/share/terraform/plugins $(wildcard /opt/*)
MIRROR  := $(firstword $(foreach folder,$(MIRRORS),$(if $(wildcard $(folder)/*/hashicorp/aws/5.100.0),$(folder))))
ifneq ($(MIRROR),)
export TF_CLI_ARGS_init := -plugin-dir=$(MIRROR)
endif
ifeq ($(wildcard $(TF_CLI_CONFIG_FILE)),)
unexport TF_CLI_CONFIG_FILE # a setting that names a missing file would only make Terraform warn
endif
export PYTHONPATH := $(CURDIR):$(CURDIR)/lambdas

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16
	@echo
	@echo 'ENV is one of: $(ENVIRONMENTS). Another build: make build PYTHON=3.13 ARCH=arm64.'
	@echo 'The operator'\''s command: source $(VENV)/tools/bin/activate && sluice --help'
	@echo 'The AWS command line on the local cloud: eval "$$($(TOOLS) -m localcloud env)" && aws sqs list-queues'

##@ Build

# An environment is as its lock file says, or is made again. The tools come first: they bring uv, which makes the others.
$(VENV)/tools/made.lock: build/requirements/tools.lock build/requirements/uv.lock
	@python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Sluice needs Python 3.11 or newer; python3 here is %d.%d." % sys.version_info[:2])'
	@echo 'Setting up $(VENV)/tools (once; a minute or so)'
	@rm -rf $(VENV)/tools && python3 -m venv $(VENV)/tools
	@$(VENV)/tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r build/requirements/uv.lock 2> >(grep -v '^WARNING: Location' >&2)
	@$(UV) pip install --quiet --python $(TOOLS) --require-hashes -r $<
	@cp $< $@

# The command `sluice`, over this tree as it is: nothing is fetched, nothing is copied.
$(VENV)/tools/bin/sluice: pyproject.toml $(VENV)/tools/made.lock
	@$(UV) pip install --quiet --offline --no-deps --no-build-isolation --python $(TOOLS) --editable .
	@touch $@

$(VENV)/%/made.lock: build/requirements/%.lock | $(VENV)/tools/made.lock
	@echo 'Setting up $(VENV)/$*'
	@rm -rf $(VENV)/$* && $(UV) venv --quiet --python $(TOOLS) $(VENV)/$*
	@$(UV) pip install --quiet --python $(VENV)/$*/bin/python --require-hashes -r $<
	@cp $< $@

.PHONY: setup
setup: $(foreach name,tools cloud runtime,$(VENV)/$(name)/made.lock) $(VENV)/tools/bin/sluice # what the local cloud and the tests stand on

.PHONY: build
build: $(VENV)/tools/made.lock ## Build the zips and layers that Terraform deploys (ENGINES=litert makes only its layer)
	@$(TOOLS) -m build.package --python $(PYTHON) --arch $(ARCH) $(addprefix --engine ,$(ENGINES))

# An option of the same name for each variable; the shell takes values as they are, whatever is in them.
wished = $(foreach option,LABELS SIZE SCALE DECODE ENGINE PRECISION AGREEMENT WEIGHTS IMAGES SOFTMAX,$(if $(value $(option)),--$(shell echo $(option) | tr A-Z a-z) "$$$(option)"))

.PHONY: model digits
model: $(VENV)/tensorflow/made.lock ## Make a bundle of your own model: make model FROM=pets.keras NAME=pets LABELS=pets.txt SCALE=0..1
	@FROM="$${FROM-}" NAME="$${NAME-}"; $(VENV)/tensorflow/bin/python -m build.model --name "$$NAME" $(wished) -- "$$FROM"

digits: $(VENV)/tensorflow/made.lock ## Train the demo model again and write its bundles
	@$(VENV)/tensorflow/bin/python -m models.digits.train

.PHONY: relock
relock: $(VENV)/tools/made.lock ## Lock every environment and layer again (UPGRADE=1 takes newer versions)
	@$(TOOLS) -m build.lock $(if $(UPGRADE),--upgrade)

##@ Deploy

# Each environment keeps its own backend settings, so that no command can meet the state of another, and lies in its state's region.
in_env    = $(if $(filter local,$(ENV)),settings=$$($(TOOLS) -m localcloud env) && eval "$$settings" && export TF_VAR_build=$(PYTHON)-$(ARCH) &&) export SLUICE_ENV=$(ENV) TF_DATA_DIR=$(CURDIR)/build/out/terraform/$(ENV) AWS_REGION=$(region) AWS_DEFAULT_REGION=$(region) &&
region    = $(shell sed -n 's/^region *= *"\([^"]*\)".*/\1/p' terraform/environments/$(ENV).s3.tfbackend)
terraform = terraform -chdir=terraform
var_file  = -var-file=environments/$(ENV).tfvars

# MODEL=name@hash moves to a version, SHARE=0.1 gives the newest versions a share of the calls; without them nothing is asked.
moves    := $(if $(MODEL),--model "$(MODEL)") $(if $(SHARE),--share "$(SHARE)")
released  = $(if $(strip $(moves)),moves=$$($(TOOLS) -m sluice release $(moves) $(1)) && eval "$$moves" &&)

# LOCK_TIMEOUT=5m waits for whoever holds the lock; without it, one is told at once who does.
waits = $(if $(LOCK_TIMEOUT),-lock-timeout=$(LOCK_TIMEOUT))

.PHONY: environment
environment:
	@$(if $(filter $(ENV),$(ENVIRONMENTS)),:,echo 'ENV is "$(ENV)", but must be one of: $(ENVIRONMENTS). For example: make $(MAKECMDGOALS) ENV=dev' >&2; exit 2)

.PHONY: bootstrap policies init plan apply publish destroy
bootstrap: environment $(VENV)/tools/made.lock ## Make the bucket that keeps ENV's state, and its operators' policies (once an account)
	@$(in_env) $(TOOLS) -m sluice.terraform bootstrap $(ENV)

policies: environment $(VENV)/tools/made.lock ## Print the policies of ENV's operators (ACCOUNT=123456789012: without credentials)
	@$(if $(ACCOUNT),,$(in_env)) $(TOOLS) -m sluice.terraform policies $(ENV) $(if $(ACCOUNT),--account $(ACCOUNT))

init: environment $(VENV)/tools/made.lock
	@$(in_env) $(TOOLS) -m sluice.terraform init $(ENV)

plan: environment build init ## Show what apply would change in ENV (OUT=file saves it)
	@$(in_env) $(call released,--look) $(terraform) plan $(var_file) $(waits) $(if $(OUT),-out=$(abspath $(OUT)))

apply: environment $(if $(PLAN),,build) init ## Deploy the latest build to ENV (MODEL=name@hash moves to a version, SHARE=0.1 only that share; PLAN=file as saved)
ifeq ($(PLAN),)
	@$(in_env) $(call released) $(terraform) apply $(var_file) $(waits) $(if $(AUTO_APPROVE),-auto-approve)
else
	@$(if $(strip $(moves)),echo 'PLAN=$(PLAN) is applied as it was saved: give MODEL and SHARE to make plan instead.' >&2; exit 2)
	@$(in_env) $(TOOLS) -m sluice.terraform apply $(ENV) $(if $(LOCK_TIMEOUT),--lock-timeout $(LOCK_TIMEOUT)) -- '$(PLAN)'
endif

publish: environment $(VENV)/tools/made.lock init ## Bring a model's version into ENV: make publish MODEL=folder, or name@hash
	@$(in_env) $(TOOLS) -m sluice publish "$${MODEL:?say which version: make publish MODEL=models/pets/8f3a2c, or MODEL=pets@8f3a2c}"

destroy: environment build init ## Remove ENV
	@$(in_env) $(terraform) destroy $(var_file) $(waits) $(if $(AUTO_APPROVE),-auto-approve)

##@ Repair

.PHONY: terraform state-versions state-restore
# ADDRESS and ID come after DO, a word each, as they are: the quotes, blanks and dollars in them are for Terraform, not for a shell.
as_it_is = $(if $(findstring command,$(origin $(1))),'$(subst ','\'',$(value $(1)))')

terraform: environment init ## Any command of Terraform in ENV: make terraform DO="state list", DO=import ADDRESS='..' ID=.. (docs/state.md)
	@$(in_env) export TF_CLI_ARGS_import=$(var_file) && $(terraform) $(or $(DO),$(error Say what: make terraform ENV=$(ENV) DO="state list")) $(call as_it_is,ADDRESS) $(call as_it_is,ID)

state-versions: environment $(VENV)/tools/made.lock ## List the newest versions of ENV's state (ALL=1: all of them)
	@$(in_env) $(TOOLS) -m sluice.terraform versions $(ENV) $(if $(ALL),--all)

state-restore: environment $(VENV)/tools/made.lock ## Make an older version of ENV's state the current one: VERSION=id
	@$(in_env) $(TOOLS) -m sluice.terraform restore $(ENV) -- "$${VERSION:?say which version: make state-versions lists them}"

##@ Try

.PHONY: demo
demo: setup ## See real images classified end to end on this machine, without AWS
	@$(MAKE) build ENV=local ENGINES=litert
	@$(TOOLS) -m sluice.demo

.PHONY: up down serve
up: setup ## Start the local cloud (then: make bootstrap ENV=local, make apply ENV=local)
	@$(TOOLS) -m localcloud up

down: setup ## Stop the local cloud and forget what is in it
	@$(TOOLS) -m localcloud down

serve: setup ## Serve sample images that the local stack may fetch
	@$(TOOLS) -m sluice serve

##@ Check

.PHONY: bench
bench: setup $(VENV)/bench/made.lock ## Measure against other ways (STAGES="cold job": only these; QUICK=1: one repeat)
	@$(MAKE) build ENV=local
	@$(TOOLS) -m bench $(if $(QUICK),--quick) $(STAGES)

.PHONY: test lint lint-python lint-terraform lint-hardening hooks documents documents-check reach
# One more than there are cores, as journeys mostly wait; each has a local cloud and a stack of its own, so not many.
WORKERS ?= $(shell cores=$$(nproc 2>/dev/null || echo 2); echo $$(( cores < 4 ? cores + 1 : 4 )))

test: setup $(VENV)/lint/made.lock $(VENV)/tensorflow/made.lock ## Run every check and test, from scratch
	@$(MAKE) lint
	@$(MAKE) build ENV=local
	@$(TOOLS) -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

lint: setup $(VENV)/lint/made.lock ## Check the style, types and security of everything
	@$(MAKE) --keep-going --jobs=2 --output-sync=target lint-python lint-terraform lint-hardening

lint-python:
	@$(TOOLS) -m ruff check .
	@$(TOOLS) -m ruff format --check .
	@$(TOOLS) -m mypy

lint-terraform:
	@terraform fmt -check -recursive terraform modules
	@$(TOOLS) -m build.lint.validate
	@$(TOOLS) -m build.lint.machines

# checkov and parliament pin much that nothing else has: they live in an environment of their own.
lint-hardening:
	@$(VENV)/lint/bin/python -m build.lint.hardening
	@$(VENV)/lint/bin/python -m build.lint.policies

hooks: $(VENV)/lint/made.lock ## Have git check each commit quickly and each push whole (.pre-commit-config.yaml)
	@$(VENV)/lint/bin/pre-commit install

documents: setup ## Write what documents tell of the code: the modules' READMEs, the tables of docs/security.md
	@$(TOOLS) -m build.documents

documents-check: setup
	@$(TOOLS) -m build.documents --check

reach: setup ## Apply everything to a local cloud and write down what each role may do there, for docs/security.md
	@$(MAKE) build ENV=local
	@REGENERATE=1 $(TOOLS) -m pytest -q tests/journeys/test_reach.py
	@$(MAKE) documents
