# Shigan 实干. `make` alone lists what there is to do.
.DEFAULT_GOAL := help
.PHONY: help demo test check calibrate bench build fmt

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## install what is missing, build, seed the sample district and serve it on http://localhost:8080
	@scripts/demo

test: ## everything that CI runs: installs what tests need, starts its own PostgreSQL, stops it again
	@scripts/test

check: ## the quick half of it, offline, in seconds: format, vet, tests on SQLite, rule packs
	@scripts/check

calibrate: ## the long sister of test: every forecast model against 2,000 draws from its own prior
	SHIGAN_SBC=2000 go test -count=1 -run 'Calibrat|Shortcut' ./engine/... ./cmd/shigan

bench: ## measure, as ratios within one run; results go to docs/bench.md
	@scripts/bench

build: ## front end, and the binary for linux on amd64, arm64 and loong64, into build/
	@scripts/build amd64 arm64 loong64

fmt: ## format the Go code
	gofmt -w $$(git ls-files '*.go')
