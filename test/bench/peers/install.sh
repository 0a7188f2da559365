#!/usr/bin/env bash
# Puts a Debian 12 with the peers that apt has into one directory: install.sh DIRECTORY. Nothing else on the machine is changed; it goes
# with that directory. Each tool is installed by itself, so that one which cannot be had does not take the others with it.
set -euo pipefail
directory=$1

[ ! -e "$directory" ] || { echo "$directory is there already: remove it first" >&2; exit 1; }
here=$(cd "$(dirname "$0")" && pwd)
unshare --mount --propagation private mmdebstrap --quiet --variant=minbase --mode=root \
  --include=passwd,openssh-client,python3-minimal --customize-hook="$here/tools.sh \"\$1\"" bookworm "$directory"
