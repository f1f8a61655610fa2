#!/usr/bin/env bash
# Checks all that the documentation has to keep: `Tests/Documentation/run.sh`. Needs what `Tests/run.sh` leaves behind, a
# debug build with its tests and Python's cachetory.
set -euo pipefail
cd "$(dirname "$0")/../.."

docs/draw.py --check
docs/build.sh
Tests/Documentation/symbols.py
Tests/Documentation/names.py
Tests/Documentation/links.py
Tests/Documentation/migration.py
Tests/Examples/check.py
Tests/Examples/run.py
