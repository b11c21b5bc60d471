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

# Two lanes, because one file at a time leaves half of two cores idle. Files that measure times have the first call on the
# cores; all others take what these leave. A file that has not ended after ten minutes (a failed test that left a server
# open) is ended, so that the run always ends.
measuring=(test/e2e/{chaos,board,cluster,nginx}.test.ts)
under_load=test/e2e/cli.test.ts
mapfile -t others < <(find test/unit test/integration test/e2e -name '*.test.ts' | sort | grep -vxF "$(printf '%s\n' "${measuring[@]}" $under_load)")
if [ "${1:-}" = --all ]; then measuring+=("$under_load"); else say "left out: $under_load (--all runs it too)"; fi

run=(node --import ./test/typescript.mjs --test --test-timeout=600000 --test-concurrency=1 --test-reporter=spec)
mkdir -p var/test
nice -n 10 "${run[@]}" "${others[@]}" >var/test/others.log 2>&1 &
trap 'kill "$!" 2>/dev/null' EXIT
status=0
"${run[@]}" "${measuring[@]}" | tee var/test/measuring.log || status=1
say "the other lane, which ran at the same time:"
wait "$!" || status=1
trap - EXIT
cat var/test/others.log

# What failed once more, at the end, where it is looked for; then the runner's own counts, summed over the lanes.
sed -n '/^✖ failing tests:/,$p' var/test/measuring.log var/test/others.log
awk '$1 == "ℹ" { sum[$2] += $3 } END { printf "%d passed, %d failed, %d skipped\n", sum["pass"], sum["fail"] + sum["cancelled"], sum["skipped"] }' \
  var/test/measuring.log var/test/others.log
exit "$status"
