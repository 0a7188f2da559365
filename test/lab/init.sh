#!/bin/sh
# The first process in a host. systemd-nspawn mounts the cgroup controllers read-only; they are the host's own, so
# they are made writable (`bind`: this mount alone, not the filesystem) and systemd can enforce its slices' limits.
for controller in memory pids cpu cpuacct blkio freezer; do
  mount -o remount,bind,rw "/sys/fs/cgroup/$controller"
done
exec /lib/systemd/systemd "$@"
