#!/usr/bin/env bash
# Installs those of the named programs that are missing, with apt-get: `Tests/packages.sh redis-server openssl`.
# Each comes with the Debian package of its name. Needs root only where one is missing.
set -euo pipefail

# Debian puts some where only root looks.
PATH=$PATH:/usr/sbin:/sbin
missing=()
for program in "$@"; do
    command -v "$program" >/dev/null || missing+=("$program")
done
if ((${#missing[@]} == 0)); then exit 0; fi

command -v apt-get >/dev/null || {
    echo "Tests/packages.sh: please install these and start again: ${missing[*]}" >&2
    exit 1
}
echo "Tests/packages.sh: installing with apt-get: ${missing[*]}" >&2
as_root=()
if [[ $EUID != 0 ]]; then as_root=(sudo); fi
"${as_root[@]}" apt-get update -qq
# The tests start servers of their own; the one that a package would start is not wanted.
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
