# Every command of the project; `make help` lists them and `.ci/run` calls the same ones.
SHELL := bash
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= ../shared/data
CODE := servicekit services gateway catalogue vts_local deploy sdk training benchmarks samples tests protos
PROJECTS := pyproject.toml sdk/pyproject.toml constraints.txt

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "VTS needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(BIN)/python $(PROJECTS)
	@echo "Installing VTS into $(VENV) (once; some minutes)"
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e sdk -e '.[all]'
	$(BIN)/python -m services.audio_features --warm-up
	touch $@

$(VENV)/.dev: $(VENV)/.run
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e sdk -e '.[dev]'
	touch $@

.PHONY: install
install: $(VENV)/.run ## Install what VTS needs to run

.PHONY: run
run: $(VENV)/.run ## Start everything, fill the catalogue, recommend for a photo, keep serving
	@exec $(BIN)/python -m deploy.local

.PHONY: browser
browser:
	@bash tests/e2e/install_browser.sh

.PHONY: databases
databases:
	@bash tests/integration/install_databases.sh

.PHONY: test
test: $(VENV)/.dev browser databases ## Install what is needed and run every test
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

.PHONY: check
check: $(VENV)/.dev ## Format, lint, types, import rules, protos, generated documents
	@$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/lint-imports
	$(BIN)/buf lint
	$(BIN)/buf breaking --against protos/image.binpb
	$(BIN)/python protos/generate.py --check
	$(BIN)/python -m gateway.rest.openapi --check
	$(BIN)/python -m servicekit.configuration | diff docs/configuration.md - || { echo 'docs/configuration.md is stale: run make docs'; exit 1; }

.PHONY: format
format: $(VENV)/.dev ## Format and mend what can be mended by itself
	@$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

.PHONY: protos
protos: $(VENV)/.dev ## Generate the stubs from the protos
	@$(BIN)/python protos/generate.py

.PHONY: docs
docs: $(VENV)/.dev ## Generate docs/configuration.md and the OpenAPI document
	@$(BIN)/python -m servicekit.configuration > docs/configuration.md
	$(BIN)/python -m gateway.rest.openapi

.PHONY: examples
examples: $(VENV)/.dev ## Ask a running stack for twelve playlists and write docs/examples.md
	@$(BIN)/python -m benchmarks.examples

.PHONY: eval
eval: $(VENV)/.dev ## Measure quality on the data under DATA (../shared/data)
	@mkdir -p build/figures
	$(BIN)/python -m training.captioner.evaluate --data $(DATA)
	$(BIN)/python -m training.mood.evaluate --data $(DATA)
	$(BIN)/python -m training.mood.summaries --data $(DATA)
	$(BIN)/python -m training.vocabularies.evaluate --data $(DATA)
	$(BIN)/python -m catalogue.sketches --out build/sketches
	$(BIN)/python -m training.audio_features.evaluate --data $(DATA)
	$(BIN)/python -m training.audio_features.evaluate_listening --data $(DATA)
	$(BIN)/python -m training.audio_features.evaluate_matching --data $(DATA)
	$(BIN)/python -m training.groups.evaluate --data $(DATA)

.PHONY: eval-clips
eval-clips: $(VENV)/.dev ## Ask a running stack for the pieces that clips were cut from
	@$(BIN)/python -m benchmarks.clips

.PHONY: bench-request
bench-request: $(VENV)/.dev ## Each kind of request through REST against the sum of its model calls
	@$(BIN)/python -m benchmarks.request

.PHONY: bench-captioner
bench-captioner: $(VENV)/.dev ## The captioner's backends, frames, memory and TorchServe, as ratios
	@$(BIN)/python -m benchmarks.captioner

.PHONY: bench-audio
bench-audio: $(VENV)/.dev ## Features, medians, alignment, start and import against librosa and scipy
	@$(BIN)/python -m benchmarks.audio

.PHONY: bench-mood
bench-mood: $(VENV)/.dev ## Encoding against sentence-transformers; readings, memory and start
	@$(BIN)/python -m benchmarks.mood

.PHONY: mar
mar: $(VENV)/.dev ## Pack a model for TorchServe: make mar MODEL=folder
	@$(BIN)/python -m deploy.torchserve.archive --model $(MODEL)

.PHONY: torchserve
torchserve: $(VENV)/.dev ## Serve the packed model with TorchServe (needs Java 17) until stopped
	@exec $(BIN)/python -m deploy.torchserve.run

.PHONY: clean
clean: ## Remove what was built; keeps .vts, where the catalogue is
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
