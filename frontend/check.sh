#!/bin/sh
# Rebuilds the static files from the lock file and compares them with the committed ones.
set -eu
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-audit --no-fund
node node_modules/esbuild/install.js
node build.mjs --check
