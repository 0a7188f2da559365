#!/usr/bin/env bash
# Runs a program with a throw-away system beside it: enter.sh BASE PLACE DATA PROGRAM [WORD …], in a mount namespace of its own (unshare
# --mount), which takes every mount with it when the program ends. BASE, which install.sh made, is only read; what is written stays in
# PLACE/upper, and the whole is at PLACE/system. This folder is /peers in it, DATA is /coop.
set -euo pipefail
base=$1 place=$2 data=$3
shift 3
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$place/upper" "$place/work" "$place/system"
mount -t overlay overlay -o "lowerdir=$base,upperdir=$place/upper,workdir=$place/work" "$place/system"
mount -t proc proc "$place/system/proc"
mount --rbind /dev "$place/system/dev"
mount --bind "$here" "$place/system/peers"
mount --bind "$data" "$place/system/coop"
exec "$@"
