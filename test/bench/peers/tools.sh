#!/usr/bin/env bash
# Installs the peers into a new system; mmdebstrap runs it when everything else is there. $1 is the new system's root. From mmdebstrap: an
# apt configuration with which the machine's apt acts on it.
set -euo pipefail
root=$1

# Whatever is installed is not to start anything.
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
chroot "$root" groupadd --system bind
for tool in cfengine3 puppet-agent ansible-core bundlewrap; do
  DEBIAN_FRONTEND=noninteractive APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq install -y --no-install-recommends "$tool" </dev/null >/dev/null \
    || echo "$tool cannot be installed here" >&2
done
if chroot "$root" sh -c 'command -v cf-key' >/dev/null; then chroot "$root" cf-key >/dev/null; fi
mkdir -p "$root/peers" "$root/coop" "$root/home/members" "$root/etc/ssh/authorized_keys.d" "$root/etc/nginx/members.d" "$root/etc/bind/members" "$root/etc/postfix"
