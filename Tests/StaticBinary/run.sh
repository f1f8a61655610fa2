#!/usr/bin/env bash
# Links a small program statically, as for an image without a toolchain, runs it, prints its size, and fails if ICU is in
# it: `Tests/StaticBinary/run.sh`. Its package has a module `Redis` of its own, as vapor/redis has one. Arguments go to
# `swift build`, such as `-c debug`.
#
# `Foundation` brings ICU, 30 MB of tables of languages; `FoundationEssentials`, by way of `CachetorySmallFoundation`, does
# not.
set -euo pipefail
cd "$(dirname "$0")/../.."

if [[ $(uname) != Linux ]]; then
    echo "Tests/StaticBinary: only Linux links the standard library statically; nothing to check here"
    exit 0
fi

# By its source first, for it names the line.
if grep -rnE '^ *((public|package|internal|@_exported) )*import Foundation$' Sources/Cachetory{,Redis,RESP,Locking,SystemLibraries}; then
    echo "Tests/StaticBinary: import CachetorySmallFoundation there, or every static program gets ICU" >&2
    exit 1
fi

# A package of a user's, which depends on this one. Written here, for the project itself has no manifest with a dependency.
package=.build-static/package
mkdir -p "$package/Sources/Hello" "$package/Sources/Redis"
cp Tests/StaticBinary/main.swift "$package/Sources/Hello"
cp Tests/StaticBinary/Redis.swift "$package/Sources/Redis"
cat >"$package/Package.swift" <<'EOM'
// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "hello",
    dependencies: [.package(name: "cachetory", path: "../..")],
    targets: [
        .target(name: "Redis"),
        .executableTarget(name: "Hello", dependencies: ["Redis", .product(name: "Cachetory", package: "cachetory")]),
    ]
)
EOM

build=(swift build -c release --package-path "$package" --scratch-path .build-static/build --static-swift-stdlib "$@")
"${build[@]}" --quiet
program=$("${build[@]}" --show-bin-path)/Hello

# The names of what is linked, before they are stripped: ICU's functions end in its version, and its data begins with it.
names=$(mktemp)
trap 'rm -f "$names" "$names.stripped"' EXIT
nm "$program" >"$names"
[[ $(wc -l <"$names") -gt 1000 ]] || { echo "Tests/StaticBinary: the program has no names to look at" >&2; exit 1; }
if found=$(grep -E 'FoundationInternationalization|FoundationICU|icudt[0-9]|ucol_|unum_' "$names" | head -5); [[ $found ]]; then
    printf 'Tests/StaticBinary: ICU is linked, for one thing by these:\n%s\n' "$found" >&2
    exit 1
fi

"$program" | grep -qx 'Hello, Ada'
strip -o "$names.stripped" "$program"
megabytes() { echo "$(($(stat -c %s "$1") / 1000000)) MB"; }
echo "a static program with all of Cachetory: $(megabytes "$program"), stripped $(megabytes "$names.stripped"), no ICU"
