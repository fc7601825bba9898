#!/usr/bin/env bash
# Shows that `make demo` works on a machine where nothing was installed: a new Debian in a temporary folder, the
# commit that is checked out, the command twice. Needs root and about 3 GB for some minutes; leaves nothing behind.
#
#   tools/fresh-machine.sh [COMMAND]      default COMMAND: make demo
#
# SUITE=bookworm names the release; MIRROR=URL the archive (default: the one this machine's apt uses).
set -euo pipefail
cd "$(dirname "$0")/.."
command=${1:-make demo}
suite=${SUITE:-bookworm}

say() { echo "fresh-machine: $*" >&2; }
fail() {
  say "$*"
  exit 1
}

[ "$(id -u)" -eq 0 ] || fail "needs root for chroot: sudo $0"
command -v debootstrap >/dev/null || fail "needs debootstrap: apt-get install debootstrap"
git rev-parse --verify -q HEAD >/dev/null || fail "needs a git checkout with a commit"

machine=$(mktemp -d "${TMPDIR:-/tmp}/fresh-machine.XXXXXX")
root=$machine/root
cleanup() {
  status=$?
  trap '' INT TERM
  if mountpoint -q "$root/proc"; then umount "$root/proc" || umount -l "$root/proc"; fi
  if mountpoint -q "$root/proc"; then
    say "could not unmount $root/proc; $machine is left behind"
  else
    rm -rf --one-file-system "$machine"
  fi
  [ $status -eq 0 ] || say "FAILED (status $status)"
  exit $status
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# The archives of this machine's apt that have the suite, as `URL release component`.
archives=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
  awk -v suite="$suite" '$2 == suite || index($2, suite "-") == 1' | grep -F debian | sort -u || true)
mirror=${MIRROR:-$(awk -v suite="$suite" '$2 == suite { print $1; exit }' <<<"$archives")}
mirror=${mirror:-http://deb.debian.org/debian}

say "debootstrap $suite from $mirror"
include=()
case $mirror in https:*) include=(--include=ca-certificates) ;; esac
debootstrap --variant=minbase "${include[@]}" "$suite" "$root" "$mirror" >"$machine/debootstrap.log" 2>&1 || {
  tail -20 "$machine/debootstrap.log" >&2
  fail "debootstrap failed"
}

# The same way to the archive as this machine has: sources, proxies, resolver, certificates.
{
  echo "deb $mirror $suite main"
  if [ -z "${MIRROR:-}" ]; then
    awk -v suite="$suite" '$2 != suite && $3 == "main" { print "deb", $1, $2, $3 }' <<<"$archives"
  fi
} >"$root/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(http|https|ftp|Check-|Retries|ForceIPv)' \
  >"$root/etc/apt/apt.conf.d/99host" || true
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
if [ -d /usr/local/share/ca-certificates ]; then
  mkdir -p "$root/usr/local/share"
  cp -a /usr/local/share/ca-certificates "$root/usr/local/share/"
  if [ ${#include[@]} -gt 0 ]; then chroot "$root" update-ca-certificates >/dev/null; fi
fi
mount -t proc proc "$root/proc"

say "the tree of $(git rev-parse --short HEAD)"
mkdir "$root/florin"
git archive HEAD | tar -x -C "$root/florin"

inside() {
  chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/florin LC_ALL=C.UTF-8 TERM="${TERM:-dumb}" \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
    DEBIAN_FRONTEND=noninteractive bash -c "cd /florin && $1"
}
say "make itself is all that is installed by hand"
inside 'apt-get -q update && apt-get -q install -y --no-install-recommends make' >"$machine/apt.log" 2>&1 || {
  tail -20 "$machine/apt.log" >&2
  fail "could not install make in the new machine"
}
for turn in first second; do
  say "$turn time: $command"
  began=$SECONDS
  inside "$command" || fail "$command failed the $turn time"
  say "$turn time took $((SECONDS - began)) s"
done
say "passed"
