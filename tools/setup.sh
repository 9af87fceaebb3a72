# For the scripts: goes to the checkout and defines set_up, which prepares it.
# After `set_up` the commands of .venv come first on PATH.

cd "$(dirname "$0")/.."

find_python() {
    for python in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            return
        fi
    done
    echo "set-up: no Python 3.11 or newer on PATH: install one and run $0 again" >&2
    exit 1
}

set_up() {
    find_python
    "$python" -m tools.setup "$@"
    PATH=$PWD/.venv/bin:$PATH
}
