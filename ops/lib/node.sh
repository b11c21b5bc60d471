# Sourced by the scripts in ops/: goes to the checkout's root, checks Node.js, installs what package-lock.json names.
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Settings of .env, where the environment does not have them.
if [ -f .env ]; then
  while IFS= read -r line; do
    # `read` with IFS='=' would take a trailing = off the value, as of a robot's base64 secret.
    name=${line%%=*} value=${line#*=}
    [ -n "${!name+set}" ] || export "$name=$value"
  done < <(grep -E '^(GTE|NGINX|PROMETHEUS|ALERTMANAGER|NODE_EXPORTER|GRAFANA|RELAY|STACK)_[A-Z_]+=' .env)
fi

say() { printf '%s\n' "$*"; }
fail() { printf 'gte-serve: %s\n' "$*" >&2; exit 1; }

require_node() {
  command -v node >/dev/null || fail "Node.js is missing; install 20.19 or later: https://nodejs.org/en/download (in China: https://npmmirror.com/mirrors/node/)"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
    || fail "Node.js $(node --version) is too old; install 20.19 or later: https://nodejs.org/en/download (in China: https://npmmirror.com/mirrors/node/)"
}

# Process of the primary that PM2 runs, or nothing.
running_primary() {
  [ -x node_modules/.bin/pm2 ] && [ -S "${PM2_HOME:-$HOME/.pm2}/rpc.sock" ] || return 0
  node_modules/.bin/pm2 pid gte-serve 2>/dev/null | tail -n 1 | grep '^[1-9]' || true
}

# Names of the GTE_* settings that differ between a process and this shell; an empty one counts as unset.
changed_settings() {
  { tr '\0' '\n' <"/proc/$1/environ"; env -0 | tr '\0' '\n'; } \
    | { grep '^GTE_[A-Z_]*=.' || true; } | sort | uniq -u | cut -d = -f 1 | sort -u | paste -s -d ' '
}

# What workers run from must not be changed under them: the next one that dies would be respawned from half of it.
refuse_under_workers() {
  local primary
  primary=$(running_primary)
  if [ -n "$primary" ] && [ "$(readlink "/proc/$primary/cwd")" = "$(pwd -P)" ]; then
    fail "gte-serve runs from here, and $1 newer than what it was started with: run bash ops/stop.sh first (docs/deploy.md upgrades without a pause)"
  fi
}

# Installs only when the lock file is newer than what is installed; a bundle (`gte bundle`) brings its packages and build.
install_packages() {
  if [ -f bundle.json ]; then return; fi
  if [ ! node_modules/.package-lock.json -nt package-lock.json ] || [ ! -x node_modules/.bin/tsc ]; then
    refuse_under_workers "package-lock.json is"
    say "installing packages (npm ci)"
    npm ci --no-audit --no-fund --loglevel=error
    touch node_modules/.package-lock.json
  fi
}

# Builds only when a source is newer than the build.
build() {
  if [ -f bundle.json ]; then return; fi
  if [ ! -f dist/main.js ] || [ -n "$(find src tsconfig.json tsconfig.build.json package.json ops/bundle-service.js -newer dist/main.js -print -quit)" ]; then
    refuse_under_workers "its sources are"
    say "building (tsc, esbuild)"
    npm run --silent build
    touch dist/main.js
  fi
}
