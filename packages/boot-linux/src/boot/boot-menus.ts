import type { Architecture, MediumIdentity } from '@bootwright/api'

export const KERNEL_PATH = 'boot/vmlinuz'
export const INITRAMFS_PATH = 'boot/initrd.img'

const SERIAL_CONSOLE: Readonly<Record<Architecture, string>> = { x64: 'ttyS0,115200', arm64: 'ttyAMA0,115200' }

/**
 * The kernel's command line. A console that the computer lacks is passed over by the kernel; the last that exists becomes
 * /dev/console. Only what is critical is printed over the agent's screen.
 */
export const commandLine = (id: string, architecture: Architecture): string =>
  `bootwright.medium=${id} console=tty0 console=${SERIAL_CONSOLE[architecture]} quiet loglevel=3`

/** A file that no other medium has, by which GRUB finds the right one among several. */
export const markerPath = (id: string): string => `.disk/${id}`

/** Starts at once; Escape held shows the menu. Screen and serial port are the firmware's consoles, which it mirrors by itself. */
export const grubConfiguration = ({ id, label }: MediumIdentity, architecture: Architecture): string =>
  `search --no-floppy --file --set=root /${markerPath(id)}
set default=0
set timeout=0
set timeout_style=hidden
menuentry '${quoted(label)}' {
  linux /${KERNEL_PATH} ${commandLine(id, architecture)}
  initrd /${INITRAMFS_PATH}
}
`

/** For ISOLINUX and SYSLINUX. Starts at once; Shift held shows a prompt. Without a serial port at the first address, SERIAL does nothing. */
export const syslinuxConfiguration = ({ id }: MediumIdentity, architecture: Architecture): string =>
  `SERIAL 0 115200
DEFAULT bootwright
PROMPT 0
LABEL bootwright
  LINUX /${KERNEL_PATH}
  INITRD /${INITRAMFS_PATH}
  APPEND ${commandLine(id, architecture)}
`

/** GRUB's single quotes have no escape: what stands between them ends at the next. Control characters would end the line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const quoted = (label: string): string => label.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').replaceAll("'", "'\\''")
