#!/usr/bin/env bash
# What ops/start.sh started, and whether each answers; ends with 1 when something does not.
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
[ -f dist/stack/pm2.js ] || fail "nothing is built yet: bash ops/start.sh"
exec node ops/status-stack.js
