#!/usr/bin/env bash
# Debian packages that the tests use: a browser with a Chinese font for the page, ps for PM2.
set -euo pipefail
packages=(procps chromium fonts-noto-cjk)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ "${#missing[@]}" -eq 0 ] && exit 0
command -v apt-get >/dev/null || { echo "gte-serve: the tests need ${missing[*]}; apt-get is missing here" >&2; exit 1; }
sudo=$([ "$(id -u)" -eq 0 ] || echo sudo)
$sudo apt-get update -qq
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
