#!/usr/bin/env bash
# Installs what this library is compared with: servers, clients and compilers from Debian, Python's clients into
# `.build-peers`, and builds the programs of this folder there. Takes a minute the first time and nothing once it is
# there. Needs root only where a package of Debian's is missing.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
environment=.build-peers

packages=(
    redis-server redis-tools openssl python3-venv gcc libc6-dev libhiredis-dev
    golang-go golang-github-gomodule-redigo-dev golang-gopkg-redis.v5-dev
)
# The versions that the workers were written for. cachetory allows no current redis-py, which has a folder of its own.
python=("cachetory[redis]==3.5.1" "redis[hiredis]==6.4.0" "coredis==6.9.0" "valkey-glide==2.6.0"
    "valkey-glide-sync==2.6.0" "matplotlib==3.11.2")
current=("redis[hiredis]==8.1.0")

missing=()
for package in "${packages[@]}"; do
    if [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) != "install ok installed" ]]; then
        missing+=("$package")
    fi
done
if [[ ${#missing[@]} -gt 0 ]]; then
    if ! command -v apt-get >/dev/null; then
        echo "Benchmarks/Peers/install.sh: the comparison needs Debian or Ubuntu, for its packages: ${missing[*]}" >&2
        exit 1
    fi
    echo "Benchmarks/Peers/install.sh: installing ${missing[*]} with apt-get." >&2
    as_root=()
    if [[ $(id -u) != 0 ]]; then as_root=(sudo); fi
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null
fi

wanted="${python[*]} / ${current[*]}"
stamp="$environment/installed"
if [[ ! -x $environment/bin/python || $(cat "$stamp" 2>/dev/null) != "$wanted" ]]; then
    echo "Benchmarks/Peers/install.sh: installing ${python[*]} and ${current[*]} into $environment." >&2
    rm -rf "$environment"
    python3 -m venv "$environment"
    pip=("$environment/bin/python" -m pip --quiet --disable-pip-version-check)
    "${pip[@]}" install --only-binary=:all: "${python[@]}"
    "${pip[@]}" install --only-binary=:all: --target "$environment/redis-py" "${current[@]}"
    echo "$wanted" >"$stamp"  # Last, so that an interrupted installation starts over.
fi

# Builds a program unless it is newer than all that it is made of.
build() {
    local program=$environment/$1 sources=$2
    shift 2
    if [[ -x $program && -z $(find $sources -newer "$program") ]]; then return; fi
    echo "Benchmarks/Peers/install.sh: building $program." >&2
    "$@"
}

here=Benchmarks/Peers
c=(gcc -O2 -std=gnu11 -Wall -Wextra -Werror)
build hiredis "$here/hiredis.c $here/histogram.h $here/process.h" \
    "${c[@]}" -pthread $here/hiredis.c -lhiredis -o $environment/hiredis
build delay-proxy $here/delay_proxy.c "${c[@]}" $here/delay_proxy.c -o $environment/delay-proxy
build go-worker $here/go env GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$PWD/$environment/go-cache" \
    go build -o $environment/go-worker ./$here/go
