# What a newcomer needs: Go, Node with npm, and on Debian or Ubuntu root or sudo for Chromium and LibreOffice Calc once.
# `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Both guests and the page's assets lie here, and are built into the command from here.
EMBEDDED := host/cmd/koujing/embedded
BUILD := .build

# The guests are the same bytes whoever builds them: no paths, no version control, no build id, no
# settings of the machine.
GUEST := GOOS=wasip1 GOARCH=wasm GOFLAGS= GOWASM= GOEXPERIMENT= CGO_ENABLED=0 \
	go build -trimpath -buildvcs=false -buildmode=c-shared
NAMED := -ldflags='-buildid='

# guest builds the package $1 as the module $2, whose heap is kept to $3 where that can be. A module that comes out the same
# keeps its time. Runners give an engine 64 MB; an author has 56 MB after the default pack was built once.
define guest
mkdir -p $(BUILD)/guest $(dir $2) && $(GUEST) -ldflags='-s -w -buildid=' -o $(BUILD)/guest/$(notdir $2).linked $1 && \
go run ./wasm/shrink -heap $3 -o $(BUILD)/guest/$(notdir $2).small $(BUILD)/guest/$(notdir $2).linked && \
if cmp -s $(BUILD)/guest/$(notdir $2).small $2; then :; else mv $(BUILD)/guest/$(notdir $2).small $2; echo "built $2"; fi
endef

# The race detector needs a C compiler.
RACE := $(shell command -v cc >/dev/null 2>&1 && [ "$$(go env CGO_ENABLED)" = 1 ] && echo -race)

ADDR ?= 127.0.0.1:8080
PACK ?= core/packs/cn-telecom
FUZZTIME ?= 10m
IMPACT ?= 100000
KILLS ?= 1000

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 20

## Building

.PHONY: guests
guests: $(EMBEDDED)/koujing.wasm $(EMBEDDED)/koujing-author.wasm

# Go knows better than make what is out of date.
.PHONY: always
$(EMBEDDED)/koujing.wasm: always
	@$(call guest,./wasm/engine,$@,40MiB)
$(EMBEDDED)/koujing-author.wasm: always
	@$(call guest,./wasm/author,$@,128MiB)

.PHONY: page
page: site/node_modules/.package-lock.json
	@cd site && npm run --silent build
	@rm -rf $(EMBEDDED)/site && mkdir -p $(EMBEDDED) && cp -R site/dist $(EMBEDDED)/site

site/node_modules/.package-lock.json: site/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node 20 or later" >&2; exit 1; }
	@if [ -L site/node_modules ]; then echo "site/node_modules is a link, and npm ci would empty what it points to: nothing installed" >&2; \
	else cd site && npm ci --no-audit --no-fund && touch node_modules/.package-lock.json; fi

.PHONY: wasm
wasm: guests page ## both guests and the page, into the command's embedded folder

.PHONY: npm
npm: koujing ## the panel as an npm package: .build/koujing-panel-*.tgz
	@$(BUILD)/koujing pack build -o $(BUILD)/cn-telecom.json core/packs/cn-telecom
	@cd site && node npm/pack.mjs $(abspath $(BUILD)) $(abspath $(BUILD)/cn-telecom.json)

.PHONY: koujing
koujing: wasm ## the command, one file: .build/koujing
	@go build -trimpath -o $(BUILD)/koujing ./host/cmd/koujing

.PHONY: image
image: ## the command as a container image, koujing:latest, built without a daemon
	@command -v buildah >/dev/null || $(call install,buildah)
	@CGO_ENABLED=0 $(MAKE) koujing
	@buildah build --isolation chroot -f host/deploy/Containerfile -t koujing .

.PHONY: demo
demo: koujing ## build everything and serve the demo page; ADDR=host:port, PACK=folder
	@exec $(BUILD)/koujing serve --addr $(ADDR) --pack $(PACK)

## Checking

.PHONY: lint
lint: site/node_modules/.package-lock.json
	@echo "gofmt"; unformatted=$$(gofmt -l core host wasm); [ -z "$$unformatted" ] || { echo "gofmt -w $$unformatted" >&2; exit 1; }
	@echo "go vet"; go vet ./...
	@echo "go vet, the guest's rooms for wasm"; GOOS=wasip1 GOARCH=wasm go vet ./wasm/engine ./core/digest
	@echo "staticcheck"; go tool staticcheck -checks all ./...
	@echo "site lint"; cd site && npm run --silent lint

.PHONY: architecture
architecture:
	@go test ./core

.PHONY: check
check: lint architecture guests ## the quick part of the tests, under a minute
	@go test -short ./core/... ./wasm/... ./host/...

.PHONY: test
test: wasm lint architecture browser spreadsheet ## everything: lint, architecture, core, host with the race detector, page
	@echo "go test"; go test -timeout 20m ./core/... ./wasm/... ./host/...
	@echo "go test $(RACE), where there are goroutines of ours: without what is long and finds no race"
	@go test $(RACE) -short -timeout 20m ./host ./host/access ./host/ledger/... ./host/server ./host/store ./host/upstream
	@$(MAKE) fuzz FUZZTIME=30s
	@echo "manifests"; cd host/deploy/testdata/kubernetes && go test .
	@$(MAKE) koujing
	@cd site && KOUJING_BIN=$(abspath $(BUILD)/koujing) npm test

# What bytes from outside meet first: a case, a pack, its program, the guest's ABI, a request. A worker each, two at a time;
# without its limit the fuzzer would spend the time on making what it found shorter.
OUTSIDE := ./core/casefile:FuzzDecode ./core/pack:FuzzParse ./core/pack:FuzzTamper ./host:FuzzDecide ./host:FuzzReload ./host/server:FuzzHTTP
FUZZED ?= $(OUTSIDE)

.PHONY: fuzz
fuzz: guests ## fuzz what bytes from outside meet first, each for FUZZTIME, ten minutes by default
	@echo "fuzz, $(FUZZTIME) each"; printf '%s\n' $(FUZZED) | xargs -P 2 -I @ bash -c 'at=@; \
	  out=$$(go test -run "^$$" -fuzz "^$${at#*:}$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s -parallel 1 $${at%:*} 2>&1) && \
	  echo "$$at $$(tail -3 <<<"$$out" | grep ^fuzz:)" || { echo "$$at"; echo "$$out"; exit 1; }'

.PHONY: browser
browser:
	@command -v chromium >/dev/null || $(call install,chromium)

.PHONY: spreadsheet
spreadsheet:
	@command -v soffice >/dev/null || $(call install,libreoffice-calc)

# Debian's own packages; a machine where that cannot be done says what is missing.
define install
( command -v apt-get >/dev/null || { echo "$1 is missing: install it" >&2; exit 1; }; \
  run=; [ "$$(id -u)" = 0 ] || { sudo -n true 2>/dev/null && run=sudo; } || { echo "$1 is missing: sudo apt-get install $1" >&2; exit 1; }; \
  $$run apt-get update -q && DEBIAN_FRONTEND=noninteractive $$run apt-get install -y -q --no-install-recommends $1 )
endef

## Measuring

.PHONY: size
size: ## what koujing.wasm weighs and what of; fails above 480 KB as brotli -q 11
	@command -v brotli >/dev/null || $(call install,brotli) || echo "going on with the library's brotli" >&2
	@$(call guest,./wasm/engine,$(BUILD)/size/engine.wasm,40MiB)
	@$(GUEST) $(NAMED) -o $(BUILD)/size/engine-named.wasm ./wasm/engine
	@$(call guest,./wasm/module/testdata/empty,$(BUILD)/size/empty.wasm,40MiB)
	@$(GUEST) $(NAMED) -o $(BUILD)/size/empty-named.wasm ./wasm/module/testdata/empty
	@go run ./wasm/size -dir $(BUILD)/size -limit 480000
	@$(MAKE) wasm >/dev/null && cd site && node --import tsx tests/bench/weigh.ts

.PHONY: bench
bench: wasm browser ## every engine next to expr's own VM: decide, tables, cold start, memory; IMPACT=1000000 cases
	@go test -c -o $(BUILD)/bench ./core/vectors/bench && cd core/vectors/bench && $(abspath $(BUILD)/bench) -report -impact $(IMPACT)
	@cd site && node --import tsx tests/bench/vitals.ts
	@$(MAKE) koujing >/dev/null && cd site && KOUJING_BIN=$(abspath $(BUILD)/koujing) node --import tsx tests/bench/typing.ts

.PHONY: rooms
rooms: ## the benchmarks of the rooms of core and host, one by one
	@go test -run '^$$' -bench . -benchmem ./core/... ./host/...

.PHONY: soak
soak: koujing browser ## load, a million decisions, kill -9 under load and while publishing, two panels that come and go; then every fuzz test for FUZZTIME, ten minutes by default, two at a time
	@KOUJING_SOAK=1 go test -count 1 -run '^Test(Load|Kill|EraseKilled|Many)$$' -v -timeout 2h ./host/cmd/koujing
	@cd site && KOUJING_CYCLES=1000 KOUJING_BIN=$(abspath $(BUILD)/koujing) npx playwright test tests/leak.spec.ts
	@KOUJING_KILLS=$(KILLS) go test -count 1 -run '^TestKill$$' -v -timeout 1h ./host/store
	@$(MAKE) fuzz FUZZED="$$(for package in $$(go list ./core/... ./host/... ./wasm/...); do \
	  for fuzz in $$(go test -list '^Fuzz' $$package | grep ^Fuzz || true); do echo "$$package:$$fuzz"; done; done | tr '\n' ' ')"
