# shellcheck shell=bash
# One network namespace for the tester, with a bridge, and one per host, with a cable to it. There is no default
# route: what is not on the bridge is unreachable at once instead of after a timeout.

start_network() {
  [ ! -e /run/netns/tester ] || return 0
  ip netns add tester
  "${in_net[@]}" ip -batch - <<BATCH
link set lo up
link add bridge type bridge
addr add ${ipv4}${number[tester]}/24 dev bridge
addr add ${ipv6}${number[tester]}/64 dev bridge nodad
link set bridge up
BATCH
}

start_cable() { # HOST
  [ ! -e "/run/netns/$1" ] || return 0
  ip netns add "$1"
  "${in_net[@]}" ip -batch - <<BATCH
link add to-$1 type veth peer name host0
link set host0 netns /run/netns/$1
link set to-$1 master bridge up
BATCH
  nsenter --net="/run/netns/$1" ip -batch - <<BATCH
link set lo up
addr add ${ipv4}${number[$1]}/24 dev host0
addr add ${ipv6}${number[$1]}/64 dev host0 nodad
link set host0 up
BATCH
}

# The servers for apt and git (web.mjs), at the tester's address. They write the pid file once they listen.
start_web() {
  local one
  [ -z "$(living "$lab/web.pid")" ] || return 0
  rm -rf "$lab/web.pid" "$lab/apt"
  mkdir -p "$lab/apt" "$lab/git"
  for one in "${release[@]}"; do ln -sfn "$(image_path "$one")/pool" "$lab/apt/$one"; done
  (
    join_cgroups
    exec "${joining[@]}" setsid "${in_net[@]}" node "$here/web.mjs" "$lab/web.pid" "$apt_port" "$lab/apt" "$git_port" "$lab/git"
  ) </dev/null >"$lab/web.log" 2>&1 &
  wait_until 10 test -s "$lab/web.pid" || fail "the web server did not start: $(cat "$lab/web.log")"
}
