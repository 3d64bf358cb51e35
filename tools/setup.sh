#!/bin/sh
# Prepares .venv with the locked packages: tools/setup.sh [--dev]. Does nothing when they are there already.
set -eu
cd "$(dirname "$0")/.."

UV_VERSION=0.13.9
PYTHON=${PYTHON:-python3}
root=$(pwd)
group=${1:-}
stamp=.venv/.ready${group}

say() { printf '%s\n' "$*" >&2; }

fingerprint() { printf '%s uv %s ' "$root" "$UV_VERSION"; cat pyproject.toml uv.lock | cksum; }

# Its Python starts, and the folder was not moved since (scripts carry the path they were made at).
works() { .venv/bin/python -c '' 2>/dev/null && grep -qsF "$root/.venv" .venv/bin/activate; }

make_environment() {
    if ! command -v "$PYTHON" >/dev/null 2>&1; then
        say "Pendapa needs Python 3.11 or newer: '$PYTHON' is not there (Debian: apt-get install python3 python3-venv)."
        exit 1
    fi
    if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        say "Pendapa needs Python 3.11 or newer; '$PYTHON' is $("$PYTHON" -V 2>&1). Choose another with PYTHON=…"
        exit 1
    fi
    if ! "$PYTHON" -m venv .venv; then
        say "No virtual environment could be made. On Debian or Ubuntu: apt-get install python3-venv"
        exit 1
    fi
}

wanted=$(fingerprint)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && works; then
    exit 0
fi

if ! works; then
    rm -rf .venv
    make_environment
elif [ ! -x .venv/bin/uv ]; then
    make_environment
fi

if [ "$(.venv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$UV_VERSION" ]; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
fi

export UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT="$root/.venv"
# Compiled once here: every command starts quicker, also for a user who may not write into this folder.
export UV_COMPILE_BYTECODE=1
unset VIRTUAL_ENV
if [ "$group" = "--dev" ]; then
    .venv/bin/uv sync --frozen
    printf '%s\n' "$wanted" > .venv/.ready
else
    # What a developer added for the tests stays where it is.
    .venv/bin/uv sync --frozen --no-dev --inexact
fi
.venv/bin/python -m compileall -q src
printf '%s\n' "$wanted" > "$stamp"
