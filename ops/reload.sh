#!/usr/bin/env bash
# Replaces the workers one after the other, without a failed request: after a new build or a new model. When the new ones
# can't start, the old ones stay, the reason is printed, and the exit code is 1.
#
#   bash ops/reload.sh [PID]    PID of the primary where PM2 does not run it, e.g. systemd's $MAINPID
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
before=$(node ops/reload-status.js)
if [ $# -gt 0 ]; then
  kill -USR2 "$1"
else
  npx --no-install pm2 sendSignal SIGUSR2 gte-serve >/dev/null || fail "gte-serve is not running under PM2; name the pid of its primary"
fi
node ops/reload-status.js "$before"
