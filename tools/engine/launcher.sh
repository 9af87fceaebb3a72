#!/bin/sh
# Installed as `pulumi-language-python` beside the CLI, which starts it. Finds the rest by its own
# place, since the cache folder is renamed once it is complete.
here=$(dirname "$0")
exec "$here/../host/bin/python" -I -m language_host \
    --executor "$here/pulumi-language-python-exec" --engine-process $PPID "$@"
