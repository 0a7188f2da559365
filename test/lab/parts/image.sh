# shellcheck shell=bash
# Base images and package pools. For each release, $lab/images/<release>-<key>/ holds
#   base/  the bare system, the lower layer of every host's root
#   pool/  an apt repository of what hosts may install, with a Packages index
# The key is a digest of the lists and scripts that lead there, so an old cache is never taken for a new one.

image_key() { # RELEASE
  (cd "$here" && cat packages/base.txt packages/pool.txt "packages/pool-$1.txt" customize.sh parts/image.sh) |
    sha256sum | cut -c1-16
}
image_path() { echo "$lab/images/$1-$(image_key "$1")"; }

# Prints one-line apt sources for a release on the mirrors that this machine itself uses. apt reads its own
# configuration here, so that both spellings (sources.list and deb822) and any directory are understood.
mirror_sources() { # RELEASE
  local own uri suite
  own=$(. /etc/os-release && echo "$VERSION_CODENAME")
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Identifier: Packages' | sort -u | while read -r uri suite; do
    case $suite in
      "$own" | "$own-updates" | "$own-security")
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $1${suite#"$own"} main" ;;
    esac
  done
}

build_image() { # RELEASE DIRECTORY
  local sources include
  sources=$(mirror_sources "$1")
  [ -n "$sources" ] || fail "this machine's apt sources name no Debian mirror"
  include=$(words "$here/packages/base.txt" | xargs | tr ' ' ,)
  mkdir -p "$2/pool"
  # In a mount namespace of its own: an interrupted build leaves no mount behind.
  # shellcheck disable=SC2016
  POOL=$2/pool LISTS="$here/packages" RELEASE=$1 \
    unshare --mount --propagation private mmdebstrap --quiet --variant=minbase --mode=root --include="$include" \
    --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --essential-hook='printf "#!/bin/sh\nexit 101\n" > "$1/usr/sbin/policy-rc.d"; chmod 755 "$1/usr/sbin/policy-rc.d"' \
    --customize-hook="$here/customize.sh" "$1" "$2/base" - <<< "$sources"
}

# Makes one release's image from the cache, or builds it and fills the cache.
make_image() { # RELEASE
  local image archive work
  image=$(image_path "$1") archive=$cache/base-${image##*/}.tar.zst work=$lab/images/.$1
  [ ! -d "$image" ] || return 0
  rm -rf "$work"
  mkdir -p "$work" "$cache"
  if [ -e "$archive" ]; then
    tar -C "$work" -I zstd --xattrs --acls --numeric-owner -xpf "$archive"
  else
    echo "lab: building $1 (a few minutes, once)" >&2
    build_image "$1" "$work"
    tar -C "$work" -I 'zstd -3 -T0' --xattrs --acls --numeric-owner -cpf "$archive.$$" base pool
    mv "$archive.$$" "$archive"
  fi
  mv "$work" "$image"
}

# Makes the images that are missing and, while no host is up, drops those of former lists.
make_images() {
  local one image keep=' '
  for one in $(printf '%s\n' "${release[@]}" | sort -u); do
    make_image "$one"
    keep+="$(image_path "$one") "
  done
  [ -z "$(holder)" ] || return 0
  for image in "$lab"/images/*; do
    [[ $keep == *" $image "* ]] || rm -rf "$image"
  done
}
