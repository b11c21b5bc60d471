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

tests=$(find test/unit test/integration test/e2e -name '*.test.ts' | sort)
if [ "${1:-}" != --all ]; then
  say "left out: test/e2e/cli.test.ts (--all runs it too)"
  tests=$(grep -v '^test/e2e/cli\.test\.ts$' <<<"$tests")
fi
# One file at a time: the end-to-end tests measure, and share ports, cores and memory with nobody. A file that has not ended
# after ten minutes (a failed test that left a server open) is ended, so that the run always ends.
# shellcheck disable=SC2086
exec node --import ./test/typescript.mjs --test --test-timeout=600000 --test-concurrency=1 $tests
