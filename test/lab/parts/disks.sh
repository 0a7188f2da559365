# shellcheck shell=bash
# A host's disks: a sparse ext4 image whose files lie over the base image as /, and a btrfs image with quotas as
# /home. Real filesystems of their own, so full disks, quotas and power cuts are real as well.

mounted() { grep -qF " $1 " /proc/self/mounts; }
detached() { [ -z "$(losetup --associated "$1")" ]; }

# Mounts an image by a loop device that vanishes at the umount. Two mounts of one image would destroy it, and the
# last one may live a moment longer than its host: wait for it, refuse otherwise. Without barriers an fsync in the host
# reaches the image, which is what `cut` is about, but does not wait for this machine's own disk, which no test asks for.
mount_image() { # IMAGE DIRECTORY OPTIONS
  mkdir -p "$2"
  mounted "$2" && return
  wait_until 10 detached "$1" || fail "$1 is still attached: $(losetup --associated "$1")"
  mount -o "loop,$3" "$1" "$2"
}

mount_disks() { # HOST
  local at=$lab/hosts/$1
  if [ ! -e "$at/home.img" ]; then
    mkdir -p "$at/root"
    truncate -s "$root_disk" "$at/disk.img"
    mkfs.ext4 -q -m 0 -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "$at/disk.img"
    truncate -s "$home_disk" "$at/home.new"
    mkfs.btrfs -q "$at/home.new" >/dev/null
    mv "$at/home.new" "$at/home.img"
  fi
  mount_image "$at/disk.img" "$at/disk" barrier=0
  mount_image "$at/home.img" "$at/home" nobarrier
  btrfs quota enable "$at/home"
  mkdir -p "$at/disk/upper" "$at/disk/work"
  mounted "$at/root" ||
    mount -t overlay overlay -o "lowerdir=$(image_path "${release[$1]}")/base,upperdir=$at/disk/upper,workdir=$at/disk/work" "$at/root"
}

unmount_disks() { # HOST
  local at=$lab/hosts/$1 one
  for one in root home disk; do
    ! mounted "$at/$one" || wait_until 10 umount --quiet "$at/$one" || fail "cannot unmount $at/$one"
  done
  for one in disk.img home.img; do
    wait_until 10 detached "$at/$one" || fail "$at/$one is still attached"
  done
}
