#!/bin/sh
# Whether the library works with musl's C library, too: check.sh LIBRARY BUILD. Debian: musl-tools.
set -eu

library=$1
build=$2
here=$(cd "$(dirname "$0")" && pwd -P)

command -v musl-gcc >/dev/null 2>&1 || {
  echo "no musl-gcc here: install musl-tools" >&2
  exit 1
}
mkdir -p "$build"
musl-gcc -Wall -Werror -o "$build/load" "$here/load.c"
"$build/load" "$library"
echo "$library loads with musl"
