#!/usr/bin/env bash
# Confirms gte capacity: measures it, then runs 90 % of it (must keep the objective) and 120 % (must break it).
# Needs an idle machine, the stack running (bash ops/start.sh), and 45 minutes. Exit code 0: confirmed, 1: not, 2: no verdict.
#
#   bash test/load/confirm-capacity.sh [MINUTES_A_RUN] [STEP] [URL]     default: 10 30s http://127.0.0.1:8080
#
# P95_MS and ERRORS_PERCENT are the objective. CAPACITY_FILE names what gte capacity kept: then it is not measured again.
# Writes what it saw into var/capacity-runs/.
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=${1:-10}
step=${2:-30s}
url=${3:-http://127.0.0.1:8080}
p95=${P95_MS:-2000}
errors=${ERRORS_PERCENT:-1}
gte=${GTE:-bin/gte}
out=var/capacity-runs
mkdir -p "$out"
rm -f "$out/capacity.json"

if [ -n "${CAPACITY_FILE:-}" ]; then
  cp "$CAPACITY_FILE" "$out/capacity.json"
else
  $gte capacity --url "$url" --step "$step" --p95 "${p95}ms" --errors "$errors" --output "$out/capacity.json" | tee "$out/capacity.txt"
fi

# Exit code 0: the run kept the objective, 1: it broke it, 2: it can't be judged.
judge='
const { readFileSync } = require("node:fs");
const { all, rate, seconds, byProxy } = JSON.parse(readFileSync(process.argv[1], "utf8"));
const failed = (100 * (all.sent - all.outcomes.success)) / all.sent;
const p95 = all.latency.p95 * 1000;
console.log(`${rate.toFixed(1)} req/s: P95 ${p95.toFixed(0)} ms, ${failed.toFixed(2)} % failed of ${all.sent} in ${seconds.toFixed(0)} s`);
const refused = (byProxy[429] ?? 0) + (byProxy[503] ?? 0);
if (refused > 0) console.log(`a proxy refused ${refused} of them itself: its limits, not the capacity of the service`);
process.exitCode = refused > 0 ? 2 : p95 <= Number(process.argv[2]) && failed <= Number(process.argv[3]) ? 0 : 1;'

# Sets `kept` to 0 or 1; ends the script when the load test itself failed.
run() {
  local rate
  rate=$(node -p "JSON.parse(require('node:fs').readFileSync('$out/capacity.json')).sustainable.mix * $1")
  if ! $gte loadtest --url "$url" --rate "$rate" --duration "${minutes}m" --json >"$out/at-$1.json"; then
    echo "gte loadtest failed at $1 of the capacity: $(cat "$out/at-$1.json")" >&2
    exit 2
  fi
  kept=0
  node -e "$judge" "$out/at-$1.json" "$p95" "$errors" || kept=$?
  if [ "$kept" -gt 1 ]; then exit 2; fi
}

verdict=0
run 0.9
if [ "$kept" = 0 ]; then echo "90 %: within the objective, as it should be"; else echo "90 %: BROKEN"; verdict=1; fi
run 1.2
if [ "$kept" = 1 ]; then echo "120 %: broken, as it should be"; else echo "120 %: still within the objective: capacity was measured too low"; verdict=1; fi
exit "$verdict"
