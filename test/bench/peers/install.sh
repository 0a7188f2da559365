#!/usr/bin/env bash
# Puts a Debian 12 with the peers into one directory: install.sh DIRECTORY. Only mmdebstrap installs anything: apt called from one of its
# hooks, even with its configuration, would act on this machine. What the hooks do, they do in the new system or to its files.
set -euo pipefail
directory=$1

[ ! -e "$directory" ] || { echo "$directory is there already: remove it first" >&2; exit 1; }
unshare --mount --propagation private mmdebstrap --quiet --variant=minbase --mode=root \
  --include=passwd,cfengine3,puppet-agent,ansible-core,bundlewrap,file \
  --customize-hook='chroot "$1" groupadd --system bind' \
  --customize-hook='test -e "$1/var/lib/cfengine3/ppkeys/localhost.priv" || chroot "$1" cf-key >/dev/null' \
  --customize-hook='mkdir -p "$1/peers" "$1/coop" "$1/home/members" "$1/etc/ssh/authorized_keys.d" "$1/etc/nginx/members.d" "$1/etc/bind/members" "$1/etc/postfix"' \
  bookworm "$directory"
