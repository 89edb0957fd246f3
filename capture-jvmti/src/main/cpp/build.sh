#!/bin/sh
# Builds the native library, called from Maven: build.sh OUTPUT BUILD JAVA_HOME [PLATFORM CXX]
# OUTPUT/META-INF/native/PLATFORM/ gets the library. Without cmake or a C++ compiler it gets OUTPUT/META-INF/native/missing,
# a line that says why, and the build goes on: the provider repeats it.
set -eu

output=$1
build=$2
java_home=$3
platform=${4:-}
source=$(cd "$(dirname "$0")" && pwd -P)

this_platform() {
  system=$(uname -s)
  processor=$(uname -m)
  case $system in Linux) system=linux ;; Darwin) system=macos ;; esac
  case $processor in x86_64 | amd64) processor=x64 ;; arm64) processor=aarch64 ;; esac
  echo "$system-$processor"
}

missing() {
  mkdir -p "$output/META-INF/native"
  echo "$1" >"$output/META-INF/native/missing"
  echo "[WARNING] no native library is built: $1"
  exit 0
}

[ -n "$platform" ] || platform=$(this_platform)
CXX=${5:-${CXX:-c++}}
export CXX
command -v cmake >/dev/null 2>&1 || missing "the build found no cmake"
command -v "$CXX" >/dev/null 2>&1 || missing "the build found no C++ compiler $CXX"
[ -f "$java_home/include/jvmti.h" ] || missing "the build found no jvmti.h in $java_home/include"

rm -f "$output/META-INF/native/missing"
cmake -S "$source" -B "$build" -DJAVA_HOME="$java_home" >"$build.log" 2>&1 || {
  cat "$build.log" >&2
  exit 1
}
cmake --build "$build" -j 2 >"$build.log" 2>&1 || {
  cat "$build.log" >&2
  exit 1
}
mkdir -p "$output/META-INF/native/$platform"
cp "$build"/libtracemalloc.* "$output/META-INF/native/$platform/"
