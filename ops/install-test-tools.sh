#!/usr/bin/env bash
# Debian packages that the tests use: a browser with a Chinese font for the page, ps for PM2, a clock to set, Python for
# schemathesis, and what reads the files of ops/logrotate and ops/systemd.
set -euo pipefail
packages=(procps libfaketime chromium-headless-shell fonts-noto-cjk python3-venv logrotate systemd)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  command -v apt-get >/dev/null || { echo "gte-serve: the tests need ${missing[*]}; apt-get is missing here" >&2; exit 1; }
  sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
  $sudo apt-get update -qq
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
bash "$(dirname "$0")/../test/fuzz/install-schemathesis.sh" >/dev/null &
schemathesis=$!
# Real nginx, Prometheus and their kin, unpacked under var/tools.
bash "$(dirname "$0")/fetch-tools.sh"
wait "$schemathesis"
