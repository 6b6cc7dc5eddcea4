# All set-up is done here: each target makes the .venv that it needs. `make demo` and `make test` are where to start.
# Another Python has another folder: `make test PYTHON=python3.13` works in .venv-python3.13.
PYTHON ?= python3
VENV ?= .venv$(if $(filter-out python3,$(PYTHON)),-$(notdir $(PYTHON)))
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test mutants soak test-browser check lint types format eval bench bench-guard image image-steps lock clean

demo: $(VENV)/run
	$(BIN)/standards-watch demo

test: $(VENV)/dev
	$(BIN)/pytest -n 2 --dist loadfile

mutants: $(VENV)/dev   # faults planted by hand, one after the other: the tests must see each; NAMES="late-and-twice" for some
	$(BIN)/python -m tests.mutants $(NAMES)

soak: $(VENV)/dev   # minutes: thousands of alerts through bad weather and kills; a simulated year
	$(BIN)/pytest -m soak

test-browser: $(VENV)/browser   # explorer, report and digest in a headless Chromium
	$(BIN)/pytest -m browser

check: lint types test

lint: $(VENV)/dev   # format, code, gazetteer; `make format` mends what can be
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python -m bot.attribute.lint

types: $(VENV)/dev
	$(BIN)/mypy

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

eval: $(VENV)/dev   # precision and recall of the attribution on the labelled strings
	$(BIN)/python -m tests.eval_attribution

bench: .venv-run/ready   # ours, as it is installed, beside what people use today, some ten minutes; CASES="pages faults" for some of it
	.venv-run/bin/python -m benchmarks $(CASES) --write docs/performance.md

bench-guard: $(VENV)/dev   # the ratios within generous bounds, on small sizes, in about a minute
	$(BIN)/python -m benchmarks --guard

image:
	docker build --tag standards-watch .

image-steps:   # the build steps of the Dockerfile, where there is no engine
	$(PYTHON) .ci/image_steps.py

lock: $(VENV)/dev   # pins with hashes, naming no index
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
		--output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
		--extra web --constraint requirements-dev.txt --output-file requirements-image.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
		--extra test --extra dev --output-file requirements-dev.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
		--extra test --extra dev --extra web --extra browser --constraint requirements-dev.txt \
		--output-file requirements-browser.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
		--output-file requirements-bench.txt requirements-bench.in

$(VENV)/run: requirements.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps -e .
	touch $@

.venv-run/ready: requirements.txt   # what the program needs and no more
	$(PYTHON) -m venv .venv-run
	.venv-run/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements.txt
	touch $@

$(VENV)/dev: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements-dev.txt
	$(PIP) install --no-deps -e .
	touch $@ $(VENV)/run

$(VENV)/browser: requirements-browser.txt $(VENV)/dev
	$(PIP) install --require-hashes -r requirements-browser.txt
	command -v chromium >/dev/null || (apt-get update && apt-get install -y --no-install-recommends chromium)
	touch $@

clean:
	rm -rf .venv .venv-* demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
