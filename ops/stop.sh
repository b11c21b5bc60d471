#!/usr/bin/env bash
# Stops the service: what is in flight is answered first.
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
if [ ! -x node_modules/.bin/pm2 ] || ! npx --no-install pm2 describe gte-serve >/dev/null 2>&1; then
  say "gte-serve is not running under PM2"
  exit 0
fi
npx --no-install pm2 delete gte-serve >/dev/null
say "gte-serve is stopped"
