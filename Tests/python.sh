#!/usr/bin/env bash
# Prepares the Python that tests compare this library with: a virtual environment in `.build-python` with
#
# - the original `cachetory` for Python and the redis-py that it allows: `.build-python/bin/python`
# - the current redis-py, which a script puts in front of that one: `.build-python/redis-py`
#
# Takes some seconds the first time and nothing once it is there. Needs root only where Debian's `python3-venv` is
# missing and has to be installed.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
environment=.build-python

# The versions that the expectations of the tests were written against.
original=("cachetory[redis,ormsgpack,zstd]==3.5.1" "redis==6.4.0" "ormsgpack==1.13.1" "zstd==1.5.7.2")
current=("redis==8.1.0")

wanted="${original[*]} / ${current[*]}"
stamp="$environment/installed"
if [[ -x $environment/bin/python && $(cat "$stamp" 2>/dev/null) == "$wanted" ]]; then
    exit 0
fi

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    if ! command -v apt-get >/dev/null; then
        echo "Tests/python.sh: install Python 3.9 or later with its venv module, then run this again." >&2
        exit 1
    fi
    echo "Tests/python.sh: installing python3-venv with apt-get."
    as_root=()
    if [[ $(id -u) != 0 ]]; then as_root=(sudo); fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
fi

echo "Tests/python.sh: installing ${original[*]} and ${current[*]} into $environment."
rm -rf "$environment"
python3 -m venv "$environment"
pip=("$environment/bin/python" -m pip --quiet --disable-pip-version-check)
# Wheels only: a build from source would need a C compiler and say so at length.
"${pip[@]}" install --only-binary=:all: "${original[@]}"
"${pip[@]}" install --only-binary=:all: --target "$environment/redis-py" "${current[@]}"

# Last, so that an interrupted installation starts over.
echo "$wanted" >"$stamp"
