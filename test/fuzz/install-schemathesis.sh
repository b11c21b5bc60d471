#!/usr/bin/env bash
# Puts schemathesis (https://pypi.org/project/schemathesis/) and all that it needs, each of the version in
# requirements.txt, into a Python environment under var/, and prints the path of its program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
home=var/schemathesis/$(sed -n 's/^schemathesis==//p' test/fuzz/requirements.txt)
if [ ! -x "$home/bin/st" ]; then
  python3 -m venv "$home" || { echo "Python 3 with its venv module is needed (Debian: apt-get install python3-venv)" >&2; exit 1; }
  "$home/bin/pip" install --quiet --no-compile --disable-pip-version-check --requirement test/fuzz/requirements.txt >&2
fi
echo "$PWD/$home/bin/st"
