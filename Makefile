# Two commands: `make demo` and `make test`. Each sets the machine up, configures, builds and runs. `make help` has the rest.
.NOTPARALLEL:
.PHONY: help demo build test check bench format clean tsan tidy format-check fuzz
.DEFAULT_GOAL := help
SHELL := bash

# One job per core, but not more than one per 2 GB of memory: the HTTP server's unit needs that much.
JOBS ?= $(shell awk -v cores=$$(nproc) '/MemTotal/ { most = int($$2 / 2000000); \
  print most < 1 ? 1 : most < cores ? most : cores }' /proc/meminfo)
first_of = $(firstword $(foreach name,$(1),$(shell command -v $(name))))
NINJA = ninja -j$(JOBS)
CTEST = ctest --output-on-failure --no-label-summary --no-tests=error -j$(JOBS)

help:
	@echo 'make demo     build the release and run the whole flow, ends with `approved`'
	@echo 'make test     build the tests under ASan and UBSan, run them all'
	@echo 'make build    every program, into build/bin: florind florin florin-sim florin-bench'
	@echo 'make check    TSan, clang-tidy, clang-format, the fuzzers, the release build, the demo'
	@echo '              one of them: make tsan | tidy | format-check | fuzz'
	@echo 'make bench    run the benchmarks'
	@echo 'make format   format every C++ file'
	@echo 'make clean    remove build/'
	@echo
	@echo 'Options: JOBS=$(JOBS) (how many compilers at once), ARGS=... (for florin demo), SECONDS_EACH=5 (for fuzz)'

need-%:
	@tools/setup.sh $(subst -, ,$*)

CONFIGURE_fuzz = -DCMAKE_CXX_COMPILER=$(call first_of,clang++-16 clang++-19 clang++-18 clang++-17 clang++)

build/%/build.ninja: CMakePresets.json
	cmake --preset $* $(CONFIGURE_$*)
	@touch $@

# The demo needs two of the programs, which take half of the time. CMake looks again for what was installed since.
LINK_PROGRAMS = mkdir -p build/bin && \
  for program in build/release/bin/*; do ln -sfn ../release/bin/$${program\#\#*/} build/bin/; done

build: need-build-bench build/release/build.ninja
	@cmake -B build/release -S . >/dev/null
	$(NINJA) -C build/release
	@$(LINK_PROGRAMS)

demo: need-build build/release/build.ninja
	$(NINJA) -C build/release florind florin
	@$(LINK_PROGRAMS)
	build/bin/florin demo $(ARGS)

test: need-build-test build/dev/build.ninja
	$(NINJA) -C build/dev
	$(CTEST) --test-dir build/dev --output-log build/dev/ctest.log

check: need-build-test-check format-check fuzz tidy tsan build demo
	python3 bench/commands_test.py build/bin/florin-bench
	build/bin/florin-sim --seeds 200
	build/bin/florin-sim --scenario fleet --devices 50 --days 30 --seeds 4
	@echo 'check: all passed'

# TSan cannot place its shadow where the kernel randomises too much; setarch turns that off where it may.
NO_ASLR = $(shell setarch -R true 2>/dev/null && echo setarch -R)

tsan: need-build-test build/tsan/build.ninja
	$(NINJA) -C build/tsan threaded_tests
	$(NO_ASLR) $(CTEST) --test-dir build/tsan -L '^(posix|sqlite|http|curl|push|cli)$$'

fuzz: need-build-test-check build/fuzz/build.ninja
	$(NINJA) -C build/fuzz fuzzers
	@tools/fuzz.sh build/fuzz/bin $(or $(SECONDS_EACH),5) $(JOBS)

# The compile commands are clang's own, of preset fuzz; the messages have to be generated.
tidy: need-build-test-check build/fuzz/build.ninja
	$(NINJA) -C build/fuzz florin_protobuf
	@tools/tidy.sh build/fuzz $(JOBS)

format-check: need-check
	@tools/format.sh --dry-run -Werror

format: need-check
	@tools/format.sh -i

bench: build
	build/bin/florin-bench $(ARGS)

clean:
	rm -rf build
