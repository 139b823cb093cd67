# Two commands matter: `make figures` and `make test`. Everything is installed from the hashed lock.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements.lock requirements-test.lock requirements-lab.lock

.DEFAULT_GOAL := help
.PHONY: help figures test check site today mutants bench lab readme provenance lock clean

help: ## print this help
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

figures: $(VENV)/.ready ## execute every notebook, write figures/ and data/processed/
	@$(BIN)/airace build

test: $(VENV)/.ready-test ## unit tests, claims, figures, and nbval over the committed notebooks
	@JUPYTER_DEFAULT_PROVISIONER_NAME=airace-fork $(BIN)/python -m pytest -n auto --dist loadfile --nbval --nbval-current-env --html=build/test-report.html --self-contained-html tests notebooks

check: $(VENV)/.ready ## rebuild beside figures/ and compare with the commit
	@$(BIN)/airace check

site: figures ## write the static site to build/site/, to be opened from a file
	@$(BIN)/airace site

today: $(VENV)/.ready ## take a snapshot of the Hub and set its answers beside the article's, in build/today/
	@$(BIN)/python -m airace.today $(SNAPSHOT)

mutants: $(VENV)/.ready ## change raw values one at a time and count what a check catches (half an hour)
	@$(BIN)/python benchmarks/mutants.py

bench: $(VENV)/.ready-test .venv-lab/.ready ## measure ratios to plain papermill, nbval and pandas (an hour)
	@$(BIN)/python benchmarks/bench.py
	@$(BIN)/python benchmarks/scale.py
	@$(BIN)/python benchmarks/listing.py

lab: .venv-lab/.ready ## open JupyterLab in an environment of its own; LAB="--no-browser" adds options
	@mkdir -p build
	@echo '$(IMPORTS)' | .venv-lab/bin/jupyter run --kernel python3 >build/lab.log 2>&1 || \
		{ echo "wanted a kernel python3 that imports airace from here (see build/lab.log); next: rm -r .venv-lab, then make lab" >&2; exit 1; }
	@.venv-lab/bin/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/00-overview.ipynb $(LAB)
IMPORTS := import airace.paths, airace.run, pathlib; airace.paths.package().relative_to(pathlib.Path.cwd().resolve())

readme: $(VENV)/.ready ## refresh the README's tables from the data
	@$(BIN)/python -m airace.readme

provenance: $(VENV)/.ready-test ## refresh ro-crate-metadata.json and codecheck.yml
	@$(BIN)/python -m airace.provenance

lock: $(VENV)/.uv ## compile the three lock files anew from pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra build -o requirements.lock $(COMPILE)
	$(BIN)/uv pip compile pyproject.toml --extra build --extra test -c requirements.lock -o requirements-test.lock $(COMPILE)
	$(BIN)/uv pip compile pyproject.toml --extra build --extra lab -c requirements-test.lock -o requirements-lab.lock $(COMPILE)
COMPILE := --universal --fork-strategy fewest --generate-hashes --no-annotate --no-header --no-emit-index-url --quiet

clean: ## remove the environments and build/; data and figures stay
	rm -rf .venv .venv-lab build

# uv comes from the package index into the environment itself and is four times faster than pip.
%/.uv:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit("wanted Python 3.11, 3.12 or 3.13, found %d.%d; next: make PYTHON=python3.12 figures" % v)'
	@echo "setting up $* with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $*
	@$*/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/.uv
	$(call install,$(VENV),requirements.lock)

$(VENV)/.ready-test: requirements-test.lock $(VENV)/.ready
	$(call install,$(VENV),requirements-test.lock)

.venv-lab/.ready: requirements-lab.lock pyproject.toml | .venv-lab/.uv
	$(call install,.venv-lab,requirements-lab.lock)
	@.venv-lab/bin/python -m ipykernel install --sys-prefix --name python3 >/dev/null

define install
	@echo "installing $(2) into $(1)"
	@$(1)/bin/uv pip install --quiet --compile-bytecode --python $(1)/bin/python --require-hashes -r $(2)
	@$(1)/bin/uv pip install --quiet --python $(1)/bin/python --no-deps --no-build-isolation -e .
	@touch $@
endef
