#!/usr/bin/env bash
# Stops everything ops/start.sh started: first what would raise the alarm, then nginx once it has answered what is under
# way, then the service, which does the same.
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
[ -x node_modules/.bin/pm2 ] || { say "nothing runs under PM2"; exit 0; }
pm2() { npx --no-install pm2 "$@"; }

stopped=0
for app in gte-grafana gte-prometheus gte-alertmanager gte-relay gte-nginx-exporter gte-node-exporter gte-nginx gte-serve; do
  pid=$(pm2 pid "$app" 2>/dev/null | tr -dc '0-9\n' | head -n 1)
  pm2 describe "$app" >/dev/null 2>&1 || continue
  if [ "$app" = gte-nginx ] && [ "${pid:-0}" -gt 0 ]; then
    kill -QUIT "$pid"
    for _ in $(seq 200); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  pm2 delete "$app" >/dev/null
  say "$app is stopped"
  stopped=$((stopped + 1))
done
[ "$stopped" -gt 0 ] || say "nothing of gte-serve is running under PM2"
