# One command for each need, the same here and in CI. Everything is installed under .venv/ and .local/ on first use.

# Any Python from 3.11; `make PYTHON=python3.12 setup` chooses another. Version managers leave commands that do not start.
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN = .venv/bin
LAYER = layers/pimentachat/python
LAYERS = layers/dependencies/requirements.txt layers/swagger-ui/requirements.txt
ENVIRONMENT ?= default
TARGET = --environment $(ENVIRONMENT) $(if $(STACK),--stack $(STACK))
DEPLOY_PORT ?= 4566

DEV = .venv/installed
MINISTACK = .local/ministack-venv/installed
SAM = .local/sam-venv/installed
DOCS = .local/docs-venv/installed
BROWSER = .venv/browser-installed
NPM_CLIENTS = .local/npm-clients/installed

.DEFAULT_GOAL = help
.PHONY: help setup run reset test test-browser test-clients test-hard check types format openapi lint-openapi docs build local-env deploy deploy-local redrive bench

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(DEV) $(MINISTACK) $(SAM) $(BROWSER) $(DOCS) ## Install everything now instead of on first use

run: $(DEV) $(MINISTACK) ## Serve http://127.0.0.1:3000 (PORT, ADMIN_USERNAME, ADMIN_PASS ... are honoured)
	@exec $(BIN)/python -m local

reset: $(DEV) ## Empty the local server's data
	$(BIN)/python -m local reset

test: $(DEV) $(MINISTACK) $(SAM) ## Run the tests (TESTS=tests/chat for some)
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not hard and not deployed and not browser and not javascript" $(TESTS)

test-browser: $(DEV) $(MINISTACK) $(BROWSER) ## Run the tests of the pages, in Chromium (CHROMIUM=/path/to/it)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m browser tests/browser

test-hard: $(DEV) $(MINISTACK) $(SAM) ## Run the slow tests: crashes, restarts, the deployed stack
	$(BIN)/python -m pytest -m "hard or deployed" $(TESTS)

test-clients: $(DEV) $(MINISTACK) $(NPM_CLIENTS) ## Run the JavaScript clients against the server (needs Node 18 or newer)
	$(BIN)/python -m pytest -m javascript tests/clients

check: $(DEV) $(SAM) ## Lint, check format, types, the template and the workflows
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --no-print-directory types
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	AWS_DEFAULT_REGION=us-east-1 SAM_CLI_TELEMETRY=0 .local/sam-venv/bin/sam validate

types: $(DEV) $(BROWSER) ## Check the types alone
	$(BIN)/mypy --exclude 'functions/\w+-' $(LAYER)/pimentachat functions local deployment cli/pimentachat_cli
	$(BIN)/mypy --exclude tests/local/project tests benchmarks
	@# A folder with a hyphen is no package: each of these has a module `app`.
	for folder in functions/*-*; do $(BIN)/mypy $$folder || exit 1; done

format: $(DEV) ## Format the code and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

openapi: $(DEV) ## Write openapi.yaml, routes.yaml and the fallback's route list from the endpoints
	PYTHONPATH=$(LAYER) $(BIN)/python -m deployment openapi

docs: $(DEV) $(DOCS) ## Build the documentation site into .local/site, and check its links
	$(BIN)/python -m deployment docs

lint-openapi: ## Lint openapi.yaml with Spectral (takes it from npm, needs Node)
	npx --yes @stoplight/spectral-cli@6.16.3 lint --fail-severity warn openapi.yaml

build: $(DEV) $(SAM) ## Build for Lambda into .aws-sam/build
	$(BIN)/python -m deployment build

local-env: $(DEV) $(SAM) ## Prepare `sam local` against the services of a make run (AWS_ENDPOINT_URL as it prints; HOST)
	$(BIN)/python -m deployment containers --endpoint-url "$(AWS_ENDPOINT_URL)" $(if $(HOST),--host $(HOST))

deploy: $(DEV) $(SAM) ## Build, deploy to AWS (ENVIRONMENT=dev, prod; STACK=name; YES=1 asks nothing)
	$(BIN)/python -m deployment aws $(TARGET) $(if $(YES),--yes)

deploy-local: $(DEV) $(SAM) $(MINISTACK) ## Build, deploy into a MiniStack of its own (DEPLOY_PORT) and stay
	@exec $(BIN)/python -m deployment local --port $(DEPLOY_PORT)

redrive: $(DEV) ## Send the dead letters again (ENVIRONMENT, STACK, AWS_ENDPOINT_URL=... of make run, DRY_RUN=1 lists)
	$(BIN)/python -m deployment redrive $(if $(AWS_ENDPOINT_URL),,$(TARGET)) $(if $(DRY_RUN),--dry-run)

bench: $(DEV) $(MINISTACK) ## Count round trips and capacity, measure latency
	PYTHONPATH=$(LAYER) $(BIN)/python -m benchmarks

# Several environments, since MiniStack, SAM and Zensical pin packages of their own. `uv` is in the first and fills all of them.
UV = $(BIN)/uv
INSTALL = $(UV) pip install --quiet --no-deps

$(UV): requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "This needs Python 3.11 or newer."; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements/dev.txt)"
	@touch $@

$(DEV): $(UV) requirements/dev.txt requirements/cli.txt $(LAYERS)
	$(INSTALL) --python $(BIN)/python -r requirements/dev.txt -r requirements/cli.txt $(LAYERS:%=-r %)
	@touch $@

$(BROWSER): $(DEV) requirements/browser.txt
	$(INSTALL) --python $(BIN)/python -r requirements/browser.txt
	@touch $@

$(MINISTACK): $(UV) requirements/ministack.txt
	$(UV) venv --quiet --clear --python $(BIN)/python .local/ministack-venv
	$(INSTALL) --python .local/ministack-venv/bin/python -r requirements/ministack.txt
	@touch $@

$(SAM): $(UV) requirements/sam.txt
	$(UV) venv --quiet --clear --python $(BIN)/python .local/sam-venv
	$(INSTALL) --python .local/sam-venv/bin/python -r requirements/sam.txt
	@touch $@

# Mermaid, which draws the diagrams, comes from npm where that is at hand; else browsers of the site ask its network of copies.
$(DOCS): $(UV) requirements/docs.txt requirements/mermaid.txt
	$(UV) venv --quiet --clear --python $(BIN)/python .local/docs-venv
	$(INSTALL) --python .local/docs-venv/bin/python -r requirements/docs.txt
	rm -rf .local/mermaid && mkdir -p .local/mermaid
	if command -v npm >/dev/null; then cd .local/mermaid && npm pack --silent "$$(cat ../../requirements/mermaid.txt)" >/dev/null && \
		tar xzf mermaid-*.tgz --strip-components 2 package/dist/mermaid.min.js && rm mermaid-*.tgz; fi
	@touch $@

# Scripts of packages stay off; package.json pins what is installed.
$(NPM_CLIENTS): tests/clients/javascript/package.json
	@node -e 'process.exit(Number(process.versions.node.split(".")[0] < 18))' 2>/dev/null && command -v npm >/dev/null || \
		{ echo "The JavaScript clients need Node 18 or newer and npm on the PATH." >&2; exit 1; }
	@mkdir -p $(@D)
	cp $< $(@D)/package.json
	cd $(@D) && npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
