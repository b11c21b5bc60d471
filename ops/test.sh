#!/usr/bin/env bash
# Installs what the tests need, then: lint with the import rules, types, build, and the tests.
#
#   bash ops/test.sh [--all]     --all: also the operator's commands under load, four minutes more
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
bash ops/install-test-tools.sh
install_packages
npm run --silent lint -- --colors=off
npm run --silent types
build

tests() { node --import ./test/typescript.mjs --test --test-timeout=600000 --test-concurrency="$1" "${@:2}"; }
files() { find "$@" -name '*.test.ts' | sort; }

# Pure modules two at a time. What listens, forks or measures one at a time: it shares ports, cores and memory with nobody.
# A file that has not ended after ten minutes (a failed test that left a server open) is ended, so that the run always ends.
# shellcheck disable=SC2046
tests 2 $(files test/unit)
served=$(files test/integration test/e2e)
[ "${1:-}" = --all ] || served=$(grep -v '^test/e2e/cli\.test\.ts$' <<<"$served")
# shellcheck disable=SC2086
tests 1 $served
