#!/usr/bin/env bash
# Installs what the tests need, then: lint with the import rules, types, build, and the tests.
#
#   bash ops/test.sh [--all]     --all: also the operator's commands under load, four minutes more
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
bash ops/install-test-tools.sh &
tools=$!
install_packages
npm run --silent types &
types=$!
npm run --silent lint -- --colors=off
build
wait "$types"
wait "$tools"

# Tests that measure times run one file at a time, beside two that mostly wait; all others three at a time before. The many
# small files of some folders share a process (test/combined/groups.ts). A file that has not ended after ten minutes (a
# failed test that left a server open) is ended, so that the run always ends.
measuring=(test/e2e/{board-under-load,chaos,nginx}.test.ts)
stack=test/e2e/stack.test.ts
waiting=(test/e2e/{recycling,security-admin}.test.ts test/integration/cli/capacity.test.ts)
under_load=test/e2e/cli.test.ts
combined=$(node --import ./test/typescript.mjs test/combined/list.ts)
mapfile -t others < <(
  cut -d' ' -f1 <<<"$combined" | uniq
  find test/integration test/e2e -name '*.test.ts' | grep -vxF \
    "$(cut -d' ' -f2 <<<"$combined"; printf '%s\n' "${measuring[@]}" "${waiting[@]}" $stack $under_load)"
)
if [ "${1:-}" = --all ]; then measuring+=("$under_load"); else say "left out: $under_load (--all runs it too)"; fi

mkdir -p var/test
status=0
run() {
  node --import ./test/typescript.mjs --test --test-timeout=600000 --test-concurrency="$1" --test-reporter=spec "${@:3}" | tee "var/test/$2.log"
}
run 3 others "${others[@]}" || status=1
run 1 stack "$stack" >/dev/null &
beside=($!)
run 1 waiting "${waiting[@]}" >/dev/null &
beside+=($!)
run 1 measuring "${measuring[@]}" || status=1
for lane in "${beside[@]}"; do wait "$lane" || status=1; done
cat var/test/{stack,waiting}.log

# What failed once more, at the end, where it is looked for; then the runner's own counts, summed.
logs=(var/test/{others,measuring,stack,waiting}.log)
sed -s -n '/^✖ failing tests:/,$p' "${logs[@]}"
awk '$1 == "ℹ" { sum[$2] += $3 } END { printf "%d passed, %d failed, %d skipped\n", sum["pass"], sum["fail"] + sum["cancelled"], sum["skipped"] }' \
  "${logs[@]}"
exit "$status"
