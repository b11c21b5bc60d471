#!/usr/bin/env bash
# Installs, builds and starts the service under your own PM2, waits until it is ready, asks it one sentence per task.
# Run again, it is quick and leaves a running service alone.
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
command -v ps >/dev/null || fail "PM2 needs ps to stop a process tree; install it: apt-get install procps (or dnf install procps-ng)"
install_packages
build
mkdir -p var/log

pm2() { npx --no-install pm2 "$@"; }
export PM2_HOME="${PM2_HOME:-$HOME/.pm2}"
if pm2 describe gte-serve 2>/dev/null | grep -q 'online'; then
  say "gte-serve is already running"
else
  pm2 delete gte-serve >/dev/null 2>&1 || true
  say "starting gte-serve"
  # PM2 copies its whole environment into the app: settings come from GTE_* variables here.
  pm2 start ecosystem.config.js >/dev/null
fi
node ops/check-service.js
