#!/usr/bin/env bash
# Installs what the tests need, then: lint with the import rules, types, build, and every test.
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
bash ops/install-test-tools.sh
install_packages
npm run --silent lint -- --colors=off
npm run --silent types
npm run --silent build
exec node --import ./test/typescript.mjs --test --test-concurrency=1 $(find test/unit test/integration test/e2e -name '*.test.ts' | sort)
