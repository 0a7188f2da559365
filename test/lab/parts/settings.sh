# shellcheck shell=bash disable=SC2034
# Names, addresses and sizes. Documentation addresses, seen by nobody outside the lab (lab.ts names them for tests).

lab=${CROFT_LAB:-/var/tmp/croft-lab}
cache=${CROFT_LAB_CACHE:-/var/cache/croft-lab}
hosts=(main dynamic shell)
declare -A release=([main]=bookworm [dynamic]=trixie [shell]=trixie)
declare -A number=([tester]=1 [main]=11 [dynamic]=12 [shell]=13)
domain=fairmeadow.example
ipv4=192.0.2.
ipv6=2001:db8:77::
apt_port=8000
git_port=8080

root_disk=${CROFT_LAB_DISK:-6G}       # sparse: only what is written takes room
home_disk=${CROFT_LAB_HOME:-1G}
memory_limit=${CROFT_LAB_MEMORY:-4G}  # per host
task_limit=4096

identity=$(printf %s "$lab" | sha256sum)
name=croft-lab-${identity:0:8}        # of this lab's cgroups: two labs stay apart
key=$lab/tester_ed25519
in_net=(nsenter --net=/run/netns/tester)

# Ends with a status that no ordinary command inside a host has.
fail() { printf 'lab: %s\n' "$*" >&2; exit 125; }

# Prints the words of list files without their comments.
words() { sed 's/#.*//' "$@" | tr -s ' \t\n' ' '; }

# Succeeds when its argument is a host of the lab.
require_host() { [[ " ${hosts[*]} " == *" ${1:-?} "* ]] || fail "no host '${1:-}': there are ${hosts[*]}"; }
