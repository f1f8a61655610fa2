#!/usr/bin/env bash
# Builds the documentation, a static site, into .build-docs/site: `docs/build.sh`. Warnings are errors.
#
#     python3 -m http.server --directory .build-docs/site    # then open /documentation/cachetory
#
# Takes the symbols from a debug build, so only what has changed is compiled. The public symbols of the wire format and of
# the Redis client are among the pages of `Cachetory`.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "docs/build.sh: $*" >&2; }

# The tools and the template of the site come with the toolchain. It tells where it is: `swift` may be a launcher.
info=$(swiftc -print-target-info)
value() { sed -n "s/.*\"$1\" *: *\"\(.*\)\".*/\1/p" <<<"$info" | head -1; }
toolchain=$(cd "$(value runtimeResourcePath)/../.." && pwd)
tool() { if [[ -x $toolchain/bin/$1 ]]; then echo "$toolchain/bin/$1"; else command -v "$1"; fi; }
sdk=/
if [[ $(uname) == Darwin ]]; then sdk=$(xcrun --show-sdk-path); fi

swift build --target Cachetory --quiet

symbols=.build-docs/symbols
site=.build-docs/site
rm -rf .build-docs
mkdir -p "$symbols"
# A new folder each time: a symbol that is gone leaves its file behind otherwise.
for module in Cachetory CachetoryRedis CachetoryRESP; do
    "$(tool swift-symbolgraph-extract)" -module-name $module -target "$(value triple)" -sdk "$sdk" \
        -I .build/debug/Modules -I Sources/CCachetoryEpoll -minimum-access-level public -skip-synthesized-members \
        -emit-extension-block-symbols -output-dir "$symbols"
done
# One site for all three: a page links to another one of the same module by its name alone.
sed -i.before -E 's/"module":\{"name":"Cachetory(Redis|RESP)"/"module":{"name":"Cachetory"/' "$symbols"/*.json
rm "$symbols"/*.before

hosting=(--transform-for-static-hosting)
if [[ ! -f $toolchain/share/docc/render/index.html ]]; then
    say "this toolchain has no template for pages: every check is made, but what is written is data without HTML"
    hosting=(--no-transform-for-static-hosting)
fi
"$(tool docc)" convert docs/Cachetory.docc --additional-symbol-graph-dir "$symbols" --output-dir "$site" \
    --warnings-as-errors "${hosting[@]}" --fallback-display-name Cachetory --fallback-bundle-identifier cachetory \
    --fallback-default-module-kind Library

for article in docs/Cachetory.docc/*.md; do
    name=$(basename "$article" .md | tr '[:upper:]' '[:lower:]')
    page="$site/data/documentation/cachetory/$name.json"
    if [[ $name == cachetory ]]; then page="$site/data/documentation/cachetory.json"; fi
    [[ -s $page ]] || { say "$article has no page $page"; exit 1; }
done
echo "$(find "$site/data" -name '*.json' | wc -l) pages of documentation are in $site"
