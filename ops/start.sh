#!/usr/bin/env bash
# Installs, builds and starts the service under your own PM2 with nginx before it and Prometheus, Alertmanager and their
# kin around it, verifies all of it as a user would, and prints where to look. Run again, it is quick and leaves alone
# what runs and has not changed.
#
#   bash ops/start.sh [--only NAME]... [--without NAME]... [--render]
#   NAME: service nginx nginx-exporter node-exporter prometheus alertmanager relay grafana
#   --render: starts nothing; writes the configuration and prints how each program is started, for systemd's units
set -euo pipefail
. "$(dirname "$0")/lib/node.sh"
require_node
flags=() render=
for flag in "$@"; do
  if [ "$flag" = --render ]; then render=yes; else flags+=("$flag"); fi
done
[ -n "$render" ] || command -v ps >/dev/null || fail "PM2 needs ps to stop a process tree; install it: apt-get install procps (or dnf install procps-ng)"
install_packages
build
mkdir -p var/log
export PM2_HOME="${PM2_HOME:-$HOME/.pm2}"
pm2() { node_modules/.bin/pm2 "$@"; }

chosen=$(node ops/choose-components.js "${flags[@]}")
missing=()
while read -r name tools; do
  # shellcheck disable=SC2086
  if [ -n "$tools" ] && ! said=$(bash ops/fetch-tools.sh $tools 2>&1); then
    say "$name is left out: $said"
    flags+=(--without "$name")
    [ "$name" = grafana ] || missing+=("$name")
  fi
done <<<"$chosen"
names=$(node ops/choose-components.js "${flags[@]}" | cut -d ' ' -f 1)

[ -n "$names" ] || fail "nothing is left to start"
if [ -n "$render" ]; then
  # shellcheck disable=SC2086
  exec node ops/render-stack.js $names
fi
case " $(echo $names) " in
  *" service "*)
    errors=$(stat -c %s var/log/gte-serve.err.log 2>/dev/null || echo 0)
    primary=$(running_primary)
    if [ -n "$primary" ]; then
      changed=$(changed_settings "$primary")
      say "gte-serve is already running${changed:+, with other settings than now; to apply $changed: bash ops/stop.sh, then start again}"
    else
      pm2 delete gte-serve >/dev/null 2>&1 || true
      node ops/check-ports.js
      say "starting gte-serve"
      # PM2 copies its whole environment into the app: settings come from GTE_* variables here.
      pm2 start ecosystem.config.js >/dev/null || true
    fi
    node ops/check-service.js --pm2 "$errors"
    ;;
esac
if [ "$(echo $names)" != service ]; then
  say ""
  # shellcheck disable=SC2086
  node ops/start-stack.js $names
fi
[ "${#missing[@]}" -eq 0 ] || fail "not running: ${missing[*]} (say --without ${missing[0]} to do without)"
