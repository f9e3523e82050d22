# Drover's commands; `make help` lists them. SWIFT=… names a toolchain, ARGS=… goes to the server or the benchmarks.

SWIFT := $(or $(SWIFT),$(shell scripts/find-swift))
SWIFT_FLAGS ?=
ARGS ?=
CHAOS_ALL := async,threads
export SWIFT

.DEFAULT_GOAL := help
.PHONY: help serve doge build release test samples chaos bench fuzz lint format docs dependencies toolchain clean

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo '  e.g. make serve ARGS="--workers 4 --bind 127.0.0.1:9000", make bench ARGS="--only keepalive"'

serve: release ## Builds and serves Hello, World! on http://127.0.0.1:8000/ with 2 workers
	@exec .build/release/drover --workers 2 $(ARGS)

doge: dependencies toolchain ## Shows the doge sample: calls go on while workers die, the server reloads and etcd forgets
	@scripts/run-doge $(SWIFT_FLAGS)

# Chaos after the rest and alone: beside other tests it would measure those.
test: dependencies toolchain ## Sets everything up and runs every test
	@scripts/setup-aiorpcx
	@scripts/setup-tlslite
	$(SWIFT) build --build-tests $(SWIFT_FLAGS)
	$(SWIFT) test --skip-build --disable-xctest --skip ChaosTests $(SWIFT_FLAGS)
	$(SWIFT) test --skip-build --disable-xctest --filter ChaosTests $(SWIFT_FLAGS)

samples: dependencies toolchain ## Builds the samples, runs their tests, and talks to each
	@scripts/run-samples $(SWIFT_FLAGS)

chaos: dependencies toolchain ## Reloads, upgrades, kills and starves a server under load, for longer than the tests do
	$(SWIFT) build --build-tests $(SWIFT_FLAGS)
	CHAOS_SECONDS=$(or $(CHAOS_SECONDS),10) CHAOS_CLASSES=$(or $(CHAOS_CLASSES),$(CHAOS_ALL)) \
	    $(SWIFT) test --skip-build --disable-xctest --filter ChaosTests $(SWIFT_FLAGS)

fuzz: toolchain ## Feeds the parsers what nobody thought of; FUZZ_SECONDS (60) for all, or FUZZ_TARGETS="head path"
	@scripts/fuzz $(or $(FUZZ_SECONDS),60) $(FUZZ_TARGETS)

lint: toolchain ## Runs the checks that need no build
	@for check in format imports unchecked words sizes links; do scripts/check-$$check || exit 1; done

bench: release ## Measures Drover beside its peers, writes Benchmarks/RESULTS.md
	@scripts/install-dependencies --bench
	$(SWIFT) build -c release --product DroverParsing --static-swift-stdlib $(SWIFT_FLAGS)
	Benchmarks/run $(ARGS)

build: dependencies toolchain ## Builds for debugging
	$(SWIFT) build $(SWIFT_FLAGS)

# With its own copy of the Swift runtime the binary starts faster, runs faster and needs no toolchain where it is deployed.
release: dependencies toolchain ## Builds for use, with the Swift runtime inside
	$(SWIFT) build -c release --product drover --static-swift-stdlib $(SWIFT_FLAGS)

format: toolchain ## Formats the sources in place
	$(SWIFT) format --in-place --recursive --parallel \
	    $(wildcard Sources Plugins Tests samples Package.swift)

docs: build ## Writes docs/SETTINGS.md from the table of settings
	.build/debug/drover settings --markdown > .build/SETTINGS.md
	mv .build/SETTINGS.md docs/SETTINGS.md

dependencies: ## Installs missing Debian packages
	@scripts/install-dependencies

clean: ## Removes what was built
	rm -rf .build .build-samples .build-bench .build-fuzz

toolchain:
	@test -n "$(SWIFT)" || { echo "make: no Swift toolchain, see above" >&2; exit 1; }
