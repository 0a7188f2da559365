#!/usr/bin/env bash
# The lab: three Debian hosts, really booted (systemd-nspawn), on a bridge of their own, on one machine.
#
#   lab.sh up [HOST..]            build or unpack what is missing, boot the hosts, wait until they run
#   lab.sh down                   end everything and forget the hosts' disks; also after a crash
#   lab.sh status                 which hosts run, with their memory and disk
#
#   lab.sh exec HOST CMD..        run CMD as root inside HOST        lab.sh exec main systemctl --failed
#   lab.sh shell HOST             a root shell inside HOST
#   lab.sh ssh HOST USER [-i KEY] [CMD..]   log in from the tester's place
#   lab.sh net CMD..              run CMD at the tester's place      lab.sh net curl http://192.0.2.11/
#   lab.sh install HOST DEB       copy a package in and apt-get install it with what it depends on
#   lab.sh logs HOST [OPTION..]   the journal of HOST (journalctl's options), or its console when it is down
#   lab.sh way HOST|net|ssh       the words to put before CMD, for whoever has many of them (lab.ts)
#   lab.sh git-init [NAME]        an empty repository (coop), served as http://192.0.2.1:8080/NAME.git
#
#   lab.sh stop|start HOST        power off cleanly; boot (again)
#   lab.sh kill HOST              every process dies at once; unsynced files survive
#   lab.sh cut HOST               a power cut: what was not synced to / is lost
#   lab.sh wipe HOST              kill HOST and forget its disks: the next start is a new host
#   lab.sh part|heal HOST         unplug its cable; plug it in again
#   lab.sh fill HOST [KIB]        fill its disk but for KIB kibibytes (the file is /lab-fill)
#
#   lab.sh prepare                install the tools that this machine lacks (up does it as well)
#   lab.sh image                  build or unpack the base images (up does it as well)
#   lab.sh check                  say why the lab cannot run here; status 1 then
#
# Hosts: main 192.0.2.11 (Debian 12) · dynamic .12 (Debian 13) · shell .13 (Debian 13); the tester is 192.0.2.1.
# The same numbers in 2001:db8:77::/64. Environment: CROFT_LAB is where the lab lives (two labs may run side by side),
# CROFT_LAB_CACHE keeps images, CROFT_LAB_DISK, _HOME and _MEMORY are the sizes of a new host.

set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
for part in settings machine image cgroups holder network disks hosts; do
  # shellcheck source=/dev/null
  . "$here/parts/$part.sh"
done

# Runs this command line again under the lab's lock, so that one command at a time changes what is up. `--close`
# keeps the lock out of what the command leaves running.
under_lock() { # ARG..
  [ -z "${CROFT_LAB_LOCKED:-}" ] || return 0
  mkdir -p "$lab"
  CROFT_LAB_LOCKED=1 exec flock --close "$lab/lock" "$here/lab.sh" "$@"
}

up() { # [HOST..]
  local host
  [ $# -gt 0 ] || set -- "${hosts[@]}"
  [ -e "$key" ] || ssh-keygen -q -t ed25519 -N '' -C tester -f "$key"
  start_network
  start_web
  for host in "$@"; do boot "$host"; done
  for host in "$@"; do await "$host"; done
}

# Prints how to run many commands without this script: the process while which that holds, and the words before each
# command, a line each.
show_way() { # HOST, net or ssh
  local leader way joining
  holder_pid=$(holder)
  [ -n "$holder_pid" ] || fail 'the lab is down (lab.sh up)'
  case $1 in
    net | ssh)
      join_cgroups
      way=("${joining[@]}" nsenter --mount="/proc/$holder_pid/ns/mnt" --wd=. -- "${in_net[@]}")
      [ "$1" = net ] || way+=("${as_stranger[@]}")
      printf '%s\n' "$holder_pid" "${way[@]}"
      ;;
    *)
      way_inside "$1"
      printf '%s\n' "$leader" "${way[@]}"
      ;;
  esac
}

# Kills all of it. The mounts, the namespaces and the loop devices go with the last process that held them.
down() {
  local image
  clear_cgroups
  for image in "$lab"/hosts/*/*.img; do
    [ -e "$image" ] || continue
    wait_until 10 detached "$image" || losetup --associated "$image" | cut -d: -f1 | xargs -r losetup --detach
  done
  rm -rf "$lab/hosts" "$lab/git" "$lab/apt" "$lab"/*.pid "$lab/holder.ready"
}

status() {
  local host controller directory used
  for host in "${hosts[@]}"; do
    [ -n "$(leader "$host")" ] || { echo "$host is down"; continue; }
    while read -r controller directory; do
      [ "$controller" != memory ] || used=$(cat "$directory/memory.usage_in_bytes")
    done < <(cgroups "$host")
    echo "$host $ipv4${number[$host]} ${release[$host]} memory $((used / 1048576)) MiB, disk $(du -sm "$lab/hosts/$host/disk.img" | cut -f1) MiB"
  done
}

logs() { # HOST [OPTION..]
  if [ -n "$(leader "$1")" ]; then run_inside "$1" journalctl --no-pager "${@:2}"; else cat "$lab/hosts/$1/console.log"; fi
}

git_init() { # NAME
  mkdir -p "$lab/git"
  rm -rf "$lab/git/$1.git"
  git init --quiet --bare --initial-branch=main "$lab/git/$1.git"
  git --git-dir="$lab/git/$1.git" config http.receivepack true
  echo "http://$ipv4${number[tester]}:$git_port/$1.git"
}

help() { sed -n '2,/^$/s/^# \{0,1\}//p' "$here/lab.sh"; }

command=${1:-help}
reason=$(obstacle)

case $command in
  help | -h | --help) help; exit ;;
  check) [ -z "$reason" ] || { echo "$reason"; exit 1; }; exit 0 ;;
esac
[ -z "$reason" ] || fail "$reason"

case $command in
  prepare | image | up | down | start | stop | kill | cut | wipe) under_lock "$@" ;;
esac
case $command in
  up)
    for host in "${@:2}"; do require_host "$host"; done
    [ -n "${CROFT_LAB_INSIDE:-}" ] || { prepare; make_images; start_holder; }
    ;;
  prepare) prepare; exit ;;
  image) prepare; make_images; exit ;;
  down) down; exit ;;
  git-init) git_init "${2:-coop}"; exit ;;
  way) [[ ${2:-} =~ ^(net|ssh)$ ]] || require_host "${2:-}"; show_way "$2"; exit ;;
  status) [ -n "$(holder)" ] || { echo 'the lab is down'; exit; } ;;
  net) ;;
  exec | shell | ssh | install | logs | start | stop | kill | cut | wipe | part | heal | fill) require_host "${2:-}" ;;
  *) fail "no command '$command' (lab.sh --help)" ;;
esac
enter_lab "$@"
shift

case $command in
  up) up "$@" ;;
  status) status ;;
  exec) run_inside "$@" ;;
  shell) run_inside "$1" bash --login ;;
  ssh) login "$@" ;;
  net) exec "${in_net[@]}" "$@" ;;
  install) install_package "$1" "$2" ;;
  logs) logs "$@" ;;
  start) boot "$1"; await "$1" ;;
  stop) power_off "$1" ;;
  kill) sudden_death "$1" ;;
  cut) power_cut "$1" ;;
  wipe) sudden_death "$1"; rm -rf "$lab/hosts/$1" ;;
  part) "${in_net[@]}" ip link set "to-$1" down ;;
  heal) "${in_net[@]}" ip link set "to-$1" up ;;
  fill) fill_disk "$@" ;;
esac
