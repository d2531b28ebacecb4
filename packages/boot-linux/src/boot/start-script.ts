import type { Architecture, MediumIdentity } from '@bootwright/api'
import { commandLine, INITRAMFS_PATH, KERNEL_PATH } from './boot-menus.ts'

/** Starts the medium from a Linux that runs. */
export const START_SCRIPT_PATH = 'bootwright/start.sh'
const MACHINES: Readonly<Record<Architecture, string>> = { x64: 'x86_64', arm64: 'aarch64' }

/**
 * Restarts the computer into the boot image, once: by kexec where it is installed, and else by an entry of GRUB, which starts kernel and
 * initramfs from a copy in `/boot/bootwright`. The medium must stay attached.
 */
export const startScript = ({ id }: MediumIdentity, architecture: Architecture): string => `#!/bin/sh
# Starts this medium from the Linux that runs here: the computer restarts into its boot image, once.
# Leave the medium where it is. --yes skips the prompt.
set -eu
fail() {
  echo "start.sh: $1" >&2
  exit 1
}
medium=$(cd "$(dirname "$0")/.." && pwd)
kernel=$medium/${KERNEL_PATH}
initramfs=$medium/${INITRAMFS_PATH}
line='${commandLine(id, architecture)}'
case \${1:-} in
  '' | --yes) ;;
  *) fail "unknown option $1; expected --yes, which skips the prompt" ;;
esac
[ "$(uname -m)" = ${MACHINES[architecture]} ] || fail "this medium is for ${MACHINES[architecture]}, but this computer is $(uname -m)"
[ -f "$kernel" ] && [ -f "$initramfs" ] || fail "the medium has no ${KERNEL_PATH} and ${INITRAMFS_PATH}; run this script from the medium itself"
[ "$(id -u)" = 0 ] || fail "only root can restart into another system; run: sudo sh $0"
if [ "\${1:-}" != --yes ]; then
  printf 'The computer restarts now, from this medium. What the medium does then may delete everything on the disks.\\nContinue? [y/N] '
  read -r answer || answer=
  case $answer in y | Y | yes) ;; *) fail 'cancelled; nothing was changed' ;; esac
fi

if command -v kexec >/dev/null; then
  # A kernel that is locked down (Secure Boot) takes only what is signed, by the call that -s uses.
  if kexec -s -l "$kernel" --initrd="$initramfs" --command-line="$line" 2>/dev/null ||
    kexec -l "$kernel" --initrd="$initramfs" --command-line="$line" 2>/dev/null; then
    sync
    if command -v systemctl >/dev/null; then exec systemctl kexec; fi
    exec kexec -e
  fi
fi

for grub in grub grub2; do
  command -v "$grub-reboot" >/dev/null && [ -d "/boot/$grub" ] || continue
  grep -qs custom.cfg "/boot/$grub/grub.cfg" || continue
  copy=/boot/bootwright
  mkdir -p "$copy"
  cp "$kernel" "$copy/vmlinuz"
  cp "$initramfs" "$copy/initrd.img"
  path=$("$grub-mkrelpath" "$copy")
  menu=/boot/$grub/custom.cfg
  touch "$menu"
  sed -i '/^# bootwright:/,/^# bootwright end/d' "$menu"
  cat >>"$menu" <<end
# bootwright: goes when $copy is deleted
if search --no-floppy --file --set=bootwright $path/vmlinuz; then
menuentry 'Bootwright' --id bootwright-medium {
  search --no-floppy --file --set=root $path/vmlinuz
  linux $path/vmlinuz $line
  initrd $path/initrd.img
}
fi
# bootwright end
end
  "$grub-reboot" bootwright-medium
  sync
  if command -v systemctl >/dev/null; then exec systemctl reboot; fi
  exec reboot
done
fail 'found neither kexec nor a GRUB that reads custom.cfg; install kexec-tools, or start the computer from the medium itself'
`
