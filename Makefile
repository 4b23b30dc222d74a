# Two commands do all the set-up themselves: `make demo` and `make test`.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
TOOLS := $(VENV)/.tools
FONTS := var/fonts/source/FandolFang-Regular.otf
READY := $(VENV)/.ready

.PHONY: demo serve test chaos bench screenshots standards clean

demo: $(READY) $(FONTS)
	@$(BIN)/hedui demo

serve: $(READY) $(FONTS)
	@$(BIN)/hedui demo --serve

test: $(READY) $(FONTS)
	@CHECK_BIN=$(BIN) sh .ci/checks

# The short run is part of the tests; long: make chaos CHAOS="--cases 3000 --kills 500 --limit-seconds 14400"
chaos: $(READY) $(FONTS)
	@CHECK_BIN=$(BIN) sh .ci/chaos $(CHAOS)

bench: $(READY) $(FONTS)
	@$(BIN)/python -m tests.benchmarks $(BENCH)

screenshots: demo
	@CHECK_BIN=$(BIN) sh .ci/screenshots

standards: $(READY)
	@$(BIN)/hedui standards --write

$(READY): setup.cfg pyproject.toml .ci/packages | $(TOOLS)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing the Python packages ..."
	@$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@

# Debian packages: installed when we may, otherwise named with the one command that installs them.
$(TOOLS): .ci/packages .ci/install-packages
	@sh .ci/install-packages .ci/packages
	@mkdir -p $(VENV) && touch $@

# Only the font file is taken out of the package: the rest of it is a TeX system.
$(FONTS): | $(TOOLS)
	@sh .ci/unpack-font $@

clean:
	rm -rf var $(VENV)
