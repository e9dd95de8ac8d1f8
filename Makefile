# Every target below explains itself in `make help`. The first two are all a newcomer needs.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BUDGET ?= 300
WAVES := $(foreach year,2021 2023 2025,data/sample/erenhot_$(year).sav)
LOCK := --quiet --universal --generate-hashes --no-header --no-annotate --python-version 3.11
export PYTHONUTF8 := 1
# a process that may not keep what it compiled spends most of its start compiling again
unexport PYTHONDONTWRITEBYTECODE

demo: $(VENV)/.installed ## score, weight, estimate, project and draw the sample survey into out/demo
	$(BIN)/literacy demo -o out/demo

test: $(VENV)/.developed ## pass the tests
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist worksteal -m "not search"

searches: $(VENV)/.developed ## long random searches, tests of endurance, further instances: within BUDGET=300 seconds
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist worksteal -m search --budget $(BUDGET)

figures: $(VENV)/.installed ## draw the report's figures, Chinese and English, from the estimates CSV alone
	$(BIN)/literacy report 2025 $(WAVES) --returns data/sample/returns_2024.csv --returns data/sample/returns_2025.csv -o out/report --lang zh --lang en

.PHONY: report audit-report audit-no-change
report: $(VENV)/.developed ## write the annual report of the sample: Word, PDF, HTML, Excel and short forms, zh and en
	$(BIN)/literacy report 2025 $(WAVES) --returns data/sample/returns_2024.csv --returns data/sample/returns_2025.csv -o out/report --format docx,pdf,html,xlsx --short brief,press,slides

lint: $(VENV)/.developed ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.developed ## put the code into its standard shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: $(VENV)/.developed ## bring the catalogue of messages up to the code, and compile it
	$(BIN)/python -m tests.messages.extraction

notebooks: $(VENV)/.developed ## run every notebook from top to bottom
	OPENBLAS_NUM_THREADS=1 $(BIN)/python tests/notebooks.py

docs: $(VENV)/.documented ## build the site, Chinese and English, into out/site/html; a warning ends it
	$(BIN)/python docs/site/build.py

site: $(VENV)/.documented ## the same without running the notebooks, in under a minute
	$(BIN)/python docs/site/build.py --notebooks off

wheel: $(VENV)/.developed ## build the wheel, install it alone elsewhere and use it there
	$(BIN)/python tests/wheel.py

sample: $(VENV)/.installed ## make the synthetic sample waves again (same bytes)
	$(BIN)/python data/sample/generate.py
	$(BIN)/python data/sample/fieldwork/generate.py

privacy-rates: $(VENV)/.developed ## made-up telephones, names, addresses: how many are recognised, what ordinary is lost? (docs/privacy.md)
	$(BIN)/python -m tests.simulation.privacy_rates

explore: $(VENV)/.developed ## run the property tests on new random examples
	$(BIN)/python -m pytest --hypothesis-profile=explore

coverage-city: $(VENV)/.installed ## draw the sample 400 times: do the intervals hold the truth? (docs/coverage_city.md)
	$(BIN)/python tests/simulation/coverage_city.py

coverage-intervals: $(VENV)/.installed ## coverage of every interval method under the Erenhot design (docs/coverage.md)
	$(BIN)/python -m tests.simulation.coverage_intervals

backtest: $(VENV)/.installed ## try every forecasting method on the published past of the nation, regions and provinces
	$(BIN)/literacy backtest --series all

simulate-projection: $(VENV)/.installed ## cities with a known truth: does the projection keep its promises? (docs/projection.md)
	$(BIN)/python -m tests.simulation.coverage_worlds 10000

compare-candidates: $(VENV)/.installed ## candidates for the default projection, in worlds and on real series (docs/projection.md)
	$(BIN)/python -m tests.simulation.candidates 600

simulate-unseen: $(VENV)/.installed ## the same in worlds to which nothing was fitted (docs/projection.md)
	$(BIN)/python -m tests.simulation.coverage_worlds 10000 unseen

projection-bound: $(VENV)/.installed ## can any forecast meet the limits in all worlds at once? (docs/projection.md)
	$(BIN)/python -m tests.simulation.projection_bound
	$(BIN)/python -m tests.simulation.projection_bound 1000 25000 "no gain" "regime: quickens"
	$(BIN)/python -m tests.simulation.projection_bound 3000 25000 apart=0.8 "no gain" "regime: quickens"
	$(BIN)/python -m tests.simulation.projection_bound 3000 25000 apart=1.2 "no gain" "regime: quickens"
	$(BIN)/python -m tests.simulation.projection_bound 3000 25000 "no gain" "stops altogether" "regime: quickens"
	$(BIN)/python -m tests.simulation.projection_bound 3000 25000 apart=0.8 "no gain" "stops altogether" "regime: quickens"

fit-projection: $(VENV)/.installed ## fit the default model's prior weights below a higher level again (docs/projection.md)
	$(BIN)/python -m tests.simulation.prior_weights

simulate-leagues: $(VENV)/.installed ## 12 banners projected jointly and one by one (docs/projection.md)
	$(BIN)/python -m tests.simulation.joint_places 150

backtest-series: $(VENV)/.installed ## every forecasting method on 65 real series that no fit has seen (docs/projection.md)
	$(BIN)/python -m tests.simulation.second_set

simulate-psychometrics: $(VENV)/.installed ## cities with a known truth: items, plausible values, link errors (docs/psychometrics_simulation.md)
	$(BIN)/python -m tests.simulation.psychometrics

agree-psychometrics: $(VENV)/.installed ## every psychometric reference number beside ours (docs/psychometrics_agreement.md)
	$(BIN)/python -m tests.psychometrics.agreement

bench-irt: $(VENV)/.installed ## item response models beside R mirt, girth and mirt of PyPI, in one run (docs/benchmarks_irt.md)
	$(BIN)/python -m tests.benchmarks.irt

simulate-fieldwork: $(VENV)/.installed ## 500 simulated surveys of an invented city: planned precision, nonresponse (docs/fieldwork.md)
	$(BIN)/python -m tests.simulation.fieldwork

quality: $(VENV)/.developed ## put 300 problems into a wave: how many does the quality check find? (docs/quality.md)
	$(BIN)/python -m tests.simulation.quality

beside-r: $(VENV)/.developed ## 200 random surveys, here and in R survey: what differs? (docs/ancestor_random.md)
	$(BIN)/python -m tests.simulation.beside_r

mutations: $(VENV)/.developed ## put eleven faults into the kernels: does a test catch each? (docs/mutations.md)
	$(BIN)/python tests/mutations.py

audit-report: $(VENV)/.developed ## 2,000 random surveys: does any sentence claim what its test does not bear? (docs/report.md)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.simulation.report_audit 2000

audit-no-change: $(VENV)/.developed ## 2,000 pairs of waves without change, twice: how often is one stated? (docs/report.md)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.simulation.report_no_change 2000

types: $(VENV)/bin/python ## is the public interface typed completely? pyright, in an environment of its own
	$(BIN)/python -m venv build/types
	build/types/bin/python -m pip install --quiet pyright pandas-stubs .
	cd build/types && VIRTUAL_ENV="$$PWD" PATH="$$PWD/bin:$$PATH" pyright --verifytypes literacy --ignoreexternal

fuzz: $(VENV)/.developed ## put 2,000 broken files through the program (docs/fuzzing.md)
	$(BIN)/python -m tests.fuzzing.run --page

.PHONY: faults
faults: $(VENV)/.developed ## run the files of ../shared/faults/files through the command line, where that folder is (docs/faults.md)
	$(BIN)/python -m tests.cli.faultcases

bench: bench-files ## speed and memory beside svy and R survey, in one run (docs/benchmarks.md); and bench-files
	$(BIN)/python -m tests.benchmarks.run

bench-files: $(VENV)/.developed ## reading and scoring large files beside pandas, pyreadstat and polars, in one run (docs/benchmarks_files.md)
	$(BIN)/python -m tests.benchmarks.files

bench-scale: $(VENV)/.developed ## a million to a hundred million rows: time, memory, cost of a billion (docs/benchmarks_scale.md)
	$(BIN)/python -m tests.benchmarks.scale

lock: $(VENV)/.developed ## pin every dependency again, with hashes, at its newest
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --upgrade --output-file requirements.lock
	$(BIN)/uv pip compile $(LOCK) pyproject.toml --upgrade --group dev --constraint requirements.lock --output-file constraints.txt
	$(BIN)/uv pip compile $(LOCK) --upgrade --group docs --constraint constraints.txt --output-file docs/requirements.lock

lowest: $(VENV)/.developed ## the core of the tests on the lowest versions pyproject.toml allows
	$(BIN)/python tests/lowest.py

signals: $(VENV)/.developed ## end score, weight and report at 40 random moments: is anything left, or lost?
	$(BIN)/python -m tests.cli.signals

clean: ## remove what was made, but not the environment
	rm -rf out build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F '\t' '{printf "  make %-22s %s\n", $$1, $$2}'

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "literacy needs Python 3.11 or newer; found $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# Everything is locked with its hashes: requirements.lock is what the package needs, constraints.txt that and what
# development and building need (make lock).
$(VENV)/.installed: pyproject.toml requirements.lock constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.3'
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --build-constraint constraints.txt --editable .
	@touch $@

$(VENV)/.developed: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --require-hashes --requirement constraints.txt
	@touch $@

# The site has its own libraries, so that development stays lean.
$(VENV)/.documented: $(VENV)/.installed docs/requirements.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement docs/requirements.lock
	@touch $@

.PHONY: docs site messages signals demo test figures lint format notebooks wheel lock lowest sample coverage-city coverage-intervals backtest simulate-projection simulate-psychometrics agree-psychometrics bench-irt quality beside-r mutations fuzz bench bench-files bench-scale privacy-rates explore searches clean help
.PHONY: signals compare-candidates simulate-unseen projection-bound fit-projection simulate-leagues backtest-series
