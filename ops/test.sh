#!/usr/bin/env bash
# Installs what the tests need, then: lint with the import rules, types, build, and the tests.
#
#   bash ops/test.sh [--all]     without --all the long end-to-end tests are left out
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
bash ops/install-test-tools.sh
install_packages
npm run --silent lint -- --colors=off
npm run --silent types
npm run --silent build

# The long end-to-end tests (faults, load, the whole stack, the commands under load) take many more minutes: --all runs them too.
long='chaos|cli|dashboards|fuzz|nginx|stack'
tests=$(find test/unit test/integration test/e2e -name '*.test.ts' | sort)
[ "${1:-}" = --all ] || tests=$(grep -Ev "^test/e2e/($long)\.test\.ts$" <<<"$tests")
# A file that has not ended after ten minutes (a failed test that left a server open) is ended, so that the run always ends.
# shellcheck disable=SC2086
exec node --import ./test/typescript.mjs --test --test-timeout=600000 --test-concurrency=1 $tests
