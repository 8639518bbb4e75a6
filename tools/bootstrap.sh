#!/bin/sh
# The part of the set-up that needs nothing but Node.js and npm: dependencies, the pinned Node.js, compiled TypeScript.
# Everything else is TypeScript in this directory. Each step is skipped when there is nothing to do.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "set-up: $*"; }

installed="node_modules/.installed-$(cksum < package-lock.json | tr ' ' -)"
if [ ! -e "$installed" ]; then
  say "installing the npm packages (about a minute)"
  npm ci --no-audit --no-fund --loglevel=error
  touch "$installed"
fi

node=node_modules/.bin/node
if ! "$node" --version 2>/dev/null | grep -q '^v24\.'; then
  say "installing Node.js 24 from its npm package (a few seconds)" # npm may have skipped its install script
  (cd node_modules/node && node installArchSpecificPackage)
fi
"$node" --version | grep -q '^v24\.' || { say "node_modules/.bin/node is not Node.js 24: remove node_modules and try again"; exit 1; }

compiled=dist/.compiled
if [ ! -e "$compiled" ] || [ -n "$(find sdk provider tools tests bench tsconfig.json package.json -newer "$compiled" \( -name '*.ts' -o -name '*.json' \) | head -n 1)" ]; then
  say "compiling TypeScript (up to half a minute)"
  rm -rf dist # what was compiled from a file that is gone would shadow its successor
  "$node" node_modules/typescript/bin/tsc -p .
  touch "$compiled"
fi
