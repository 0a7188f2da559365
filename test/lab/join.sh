#!/bin/sh
# Moves itself into cgroups and becomes a command: join.sh DIRECTORY.. -- CMD..
# In a host that runs, systemd-nspawn has made `payload` where systemd is.
while [ "$1" != -- ]; do
  if [ -d "$1/payload" ]; then directory=$1/payload; else directory=$1; fi
  echo $$ > "$directory/cgroup.procs" || exit 125
  shift
done
shift
exec "$@"
