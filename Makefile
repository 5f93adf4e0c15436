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
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12
	@echo
	@echo 'ENV is one of: $(ENVIRONMENTS). Another build: make build PYTHON=3.13 ARCH=arm64.'
	@echo 'The AWS command line on the local cloud: eval "$$($(TOOLS) -m ops.cloud env)" && aws sqs list-queues'

##@ Build

# An environment is as its lock file says, or is made again. The tools come first: they bring uv, which makes the others.
$(VENV)/tools/made.lock: build/requirements/tools.lock build/requirements/uv.lock
	@python3 -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Sluice needs Python 3.11 or newer; python3 here is %d.%d." % sys.version_info[:2])'
	@echo 'Setting up $(VENV)/tools (once; a minute or so)'
	@rm -rf $(VENV)/tools && python3 -m venv $(VENV)/tools
	@$(VENV)/tools/bin/pip install --quiet --disable-pip-version-check --require-hashes -r build/requirements/uv.lock 2> >(grep -v '^WARNING: Location' >&2)
	@$(UV) pip install --quiet --python $(TOOLS) --require-hashes -r $<
	@cp $< $@

$(VENV)/%/made.lock: build/requirements/%.lock | $(VENV)/tools/made.lock
	@echo 'Setting up $(VENV)/$*'
	@rm -rf $(VENV)/$* && $(UV) venv --quiet --python $(TOOLS) $(VENV)/$*
	@$(UV) pip install --quiet --python $(VENV)/$*/bin/python --require-hashes -r $<
	@cp $< $@

.PHONY: setup
setup: $(foreach name,tools cloud runtime,$(VENV)/$(name)/made.lock) # what the local cloud and the tests stand on

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

# Each environment keeps its own backend settings, so that no command can meet the state of another.
in_env    = $(if $(filter local,$(ENV)),settings=$$($(TOOLS) -m ops.cloud env) && eval "$$settings" && export TF_VAR_build=$(PYTHON)-$(ARCH) &&) export TF_DATA_DIR=$(CURDIR)/build/out/terraform/$(ENV) &&
terraform = terraform -chdir=terraform
var_file  = -var-file=environments/$(ENV).tfvars

# MODEL=name@hash moves to a version, SHARE=0.1 gives the newest versions a share of the calls; without them nothing is asked.
moves    := $(if $(MODEL),--model "$(MODEL)") $(if $(SHARE),--share "$(SHARE)")
released  = $(if $(strip $(moves)),moves=$$($(TOOLS) -m ops release $(moves) $(1)) && eval "$$moves" &&)

.PHONY: environment
environment:
	@$(if $(filter $(ENV),$(ENVIRONMENTS)),:,echo 'ENV is "$(ENV)", but must be one of: $(ENVIRONMENTS). For example: make $(MAKECMDGOALS) ENV=dev' >&2; exit 2)

.PHONY: init plan apply publish destroy
init: environment
	@mkdir -p build/out
	@$(in_env) { $(terraform) init -input=false -reconfigure -backend-config=environments/$(ENV).s3.tfbackend > build/out/terraform-init.log || { cat build/out/terraform-init.log; exit 1; }; }

plan: environment build init ## Show what apply would change in ENV
	@$(in_env) $(call released,--look) $(terraform) plan $(var_file)

apply: environment build init ## Deploy the latest build to ENV (MODEL=name@hash moves to a version, SHARE=0.1 only that share)
	@$(in_env) $(call released) $(terraform) apply $(var_file) $(if $(AUTO_APPROVE),-auto-approve)

publish: environment $(VENV)/tools/made.lock init ## Bring a model's version into ENV: make publish MODEL=folder, or name@hash
	@$(in_env) $(TOOLS) -m ops publish "$${MODEL:?say which version: make publish MODEL=models/pets/8f3a2c, or MODEL=pets@8f3a2c}"

destroy: environment build init ## Remove ENV
	@$(in_env) $(terraform) destroy $(var_file) $(if $(AUTO_APPROVE),-auto-approve)

##@ Try

.PHONY: demo
demo: setup ## See real images classified end to end on this machine, without AWS
	@$(MAKE) build ENV=local ENGINES=litert
	@$(TOOLS) -m ops.demo

.PHONY: up down serve send results job
up: setup ## Start the local cloud (then: make apply ENV=local)
	@$(TOOLS) -m ops.cloud up
	@settings=$$($(TOOLS) -m ops.cloud env) && eval "$$settings" && $(TOOLS) -m ops state-bucket

down: setup ## Stop the local cloud and forget what is in it
	@$(TOOLS) -m ops.cloud down

serve: setup ## Serve sample images that the local stack may fetch
	@$(TOOLS) -m ops serve

send results job: ENV := $(or $(ENV),local)
send: setup environment ## Send an address to the images queue: make send URL=... (MODEL=name names the model)
	@$(in_env) $(TOOLS) -m ops send "$${URL:?say which address: make send URL=...}" $(if $(MODEL),--model "$(MODEL)")

results: setup environment ## Take the results that are there from the predictions queue
	@$(in_env) $(TOOLS) -m ops results

job: setup environment ## Have a list classified: make job URLS="A B" (MODEL=name names the model)
	@$(in_env) $(TOOLS) -m ops job $${URLS:?say which addresses: make job URLS=ADDRESS, several in quotes} $(if $(MODEL),--model "$(MODEL)")

##@ Check

.PHONY: bench
bench: setup $(VENV)/bench/made.lock ## Measure against other ways (STAGES="cold job": only these; QUICK=1: one repeat)
	@$(MAKE) build ENV=local
	@$(TOOLS) -m ops.bench $(if $(QUICK),--quick) $(STAGES)

.PHONY: test lint
test: setup $(VENV)/tensorflow/made.lock ## Run every check and test, from scratch
	@$(MAKE) lint
	@$(MAKE) build ENV=local
	@$(TOOLS) -m pytest -n auto --maxprocesses 4 --dist loadfile $(TESTS)

lint: setup ## Check the style and types of everything
	@$(TOOLS) -m ruff check .
	@$(TOOLS) -m ruff format --check .
	@$(TOOLS) -m mypy
	@terraform fmt -check -recursive terraform modules
