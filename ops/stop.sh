#!/usr/bin/env bash
# Stops everything ops/start.sh started: first what would raise the alarm, then nginx once it has answered what is under
# way, then the service, which does the same.
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
[ -x node_modules/.bin/pm2 ] || { say "nothing of gte-serve is running under PM2"; exit 0; }
exec node ops/stop-stack.js
