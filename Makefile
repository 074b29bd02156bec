# Everything runs in .venv, made from pinned and hashed requirements. `make run` and `make test` need nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8501
SHARED ?= ../shared
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test refresh app e2e eval simulate lint bench pins train clean

run: refresh-or-partial app

# Exit status 3 means that some source failed and the rest is published: the dashboard says which.
.PHONY: refresh-or-partial
refresh-or-partial: $(VENV)/.run
	$(BIN)/python refresh.py || [ $$? -eq 3 ]

# The job itself, with its own exit status (3: partial), which make reports as an error.
refresh: $(VENV)/.run
	$(BIN)/python refresh.py

app: $(VENV)/.run
	@echo "Postura is at http://127.0.0.1:$(PORT) (Ctrl-C stops it)"
	$(BIN)/python -m streamlit run dashboard.py --server.address 127.0.0.1 --server.port $(PORT)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

test: lint
	$(BIN)/python -m pytest -q -n 2 -m "not e2e and not eval"

e2e: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m e2e tests/e2e

eval: $(VENV)/.dev
	$(BIN)/python -m pytest -q -s -m eval tests/eval

# Rewrites the table of coverage, bias, power and false alarms in docs/method.md.
simulate: $(VENV)/.dev
	$(BIN)/python -m simulations

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

# Rebuilds the bundled weights; needs the folder of training data and hours of CPU. See models/training/README.md.
train:
	$(PYTHON) -m venv $(VENV)-train
	$(VENV)-train/bin/pip install -q torch==2.13.0
	$(VENV)-train/bin/pip install -q --require-hashes -r requirements-train.txt
	$(VENV)-train/bin/python -m models.training.run --shared $(SHARED) --out var/training

# Resolves requirements*.in anew into requirements*.txt.
pins: $(VENV)/.dev
	$(BIN)/pip install -q uv
	for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $$name.in -o $$name.txt; done
	printf "torch ; python_version < '3'\ntorchvision ; python_version < '3'\n" > $(VENV)/without-torch.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header \
	  --override $(VENV)/without-torch.txt requirements-train.in -o requirements-train.txt

$(VENV)/.run: requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --require-hashes -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	$(BIN)/pip install -q --require-hashes -r requirements-dev.txt
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
