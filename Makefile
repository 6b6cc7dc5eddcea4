# All set-up is done here: each target makes the .venv that it needs. `make demo` and `make test` are where to start.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test mutants soak test-browser image image-steps check lint format types eval bench bench-guard lock clean

demo: .venv/run
	$(BIN)/standards-watch demo

test: .venv/dev
	$(BIN)/pytest -n 2 --dist loadfile

mutants: .venv/dev   # faults planted by hand, one after the other: the tests must see each; NAMES="late-and-twice" for some
	$(BIN)/python -m tests.mutants $(NAMES)

soak: .venv/dev   # minutes: thousands of alerts through bad weather and kills; a simulated year
	$(BIN)/pytest -m soak

test-browser: .venv/browser   # explorer, report and digest in a headless Chromium
	$(BIN)/pytest -m browser

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m bot.gazetteer_lint
	$(BIN)/pytest -n 2 --dist loadfile

eval: .venv/dev   # precision and recall of the attribution on the labelled strings
	$(BIN)/python -m tests.eval_attribution

bench: .venv-run/ready   # ours, as it is installed, beside what people use today, some ten minutes; CASES="pages faults" for some of it
	.venv-run/bin/python -m benchmarks $(CASES) --write docs/performance.md

bench-guard: .venv/dev   # the ratios within generous bounds, on small sizes, in about a minute
	$(BIN)/python -m benchmarks --guard

image:
	docker build --tag standards-watch .

image-steps:   # the build steps of the Dockerfile, where there is no engine
	$(PYTHON) .ci/image_steps.py

format: .venv/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: .venv/dev   # pins with hashes, naming no index
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
		--output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
		--extra test --extra dev --output-file requirements-dev.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
		--extra test --extra dev --extra web --extra browser --constraint requirements-dev.txt \
		--output-file requirements-browser.txt pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links \
		--output-file requirements-bench.txt requirements-bench.in

.venv/run: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements.txt
	$(PIP) install --no-deps -e .
	touch $@

.venv-run/ready: requirements.txt   # what the program needs and no more
	$(PYTHON) -m venv .venv-run
	.venv-run/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements.txt
	touch $@

.venv/dev: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv .venv
	$(PIP) install --require-hashes -r requirements-dev.txt
	$(PIP) install --no-deps -e .
	touch $@ .venv/run

.venv/browser: requirements-browser.txt .venv/dev
	$(PIP) install --require-hashes -r requirements-browser.txt
	command -v chromium >/dev/null || (apt-get update && apt-get install -y --no-install-recommends chromium)
	touch $@

clean:
	rm -rf .venv .venv-run .venv-bench demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
