import { AGENT_EXIT_CODES } from '@bootwright/api'

/** Path of the agent in the boot image. */
export const AGENT_PATH = 'usr/lib/bootwright/agent.mjs'
/** Path of the trust anchors that the agent reads. */
export const TRUST_PATH = 'etc/bootwright/trust.json'

/** Applies a DHCP lease. Called by udhcpc(8), which the agent starts with this path. */
export const DHCP_PATH = 'usr/lib/bootwright/dhcp'
export const DHCP_SCRIPT: string = `#!/usr/bin/busybox sh
case $1 in
  bound | renew)
    ip addr flush dev "$interface"
    ip addr add "$ip/$mask" dev "$interface"
    for gateway in $router; do
      ip route replace default via "$gateway" dev "$interface"
      break
    done
    {
      [ -n "$domain" ] && echo "search $domain"
      for server in $dns; do echo "nameserver $server"; done
    } >/etc/resolv.conf
    ;;
esac
`

/** Time to read the screen after the agent has failed. */
const SECONDS_BEFORE_RESTART = 60

/** File systems of media and disks, and the character sets of names on FAT. */
const FILE_SYSTEMS = 'isofs udf vfat exfat ext4 fuse nls_ascii nls_cp437 nls_utf8'

/**
 * The first process. Drivers are loaded for every device that the kernel shows under /sys, again and again, because a device may
 * appear after the bus it hangs on got its driver, or be plugged in later. The agent does not wait for that: it looks for its medium
 * until it finds it.
 */
export const INIT_SCRIPT: string = `#!/usr/bin/busybox sh
export PATH=/usr/bin HOME=/root TERM=linux
/usr/bin/busybox mount -t devtmpfs -o nosuid,mode=0755 devtmpfs /dev
exec </dev/console >/dev/console 2>&1
/usr/bin/busybox --install -s /usr/bin 2>/dev/null
mount -t proc -o nosuid,nodev,noexec proc /proc
mount -t sysfs -o nosuid,nodev,noexec sysfs /sys
mkdir -p /dev/pts /dev/shm
mount -t devpts -o nosuid,noexec,mode=0620 devpts /dev/pts
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /dev/shm
mount -t tmpfs -o nosuid,nodev,mode=0755 tmpfs /run
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs /tmp
[ -d /sys/firmware/efi/efivars ] && mount -t efivarfs efivarfs /sys/firmware/efi/efivars 2>/dev/null
ip link set lo up
hostname bootwright
# Drives are asked whether there is another disc, as udev has it.
echo 2000 >/sys/module/block/parameters/events_dfl_poll_msecs 2>/dev/null

# Loads the drivers of the devices not seen before.
load_drivers() {
  {
    find /sys/devices -name modalias -exec cat {} +
    # The devices of this bus tell theirs to listeners only.
    [ -d /sys/bus/mmc ] && echo mmc:block
  } 2>/dev/null | sort -u >/run/devices
  awk 'NR == FNR { seen[$0]; next } !($0 in seen)' /run/devices.seen /run/devices >/run/devices.new
  [ -s /run/devices.new ] || return 0
  mv /run/devices /run/devices.seen
  # Ended by NULs, because a quote in what a device says of itself (the name of a computer, for one) means something to xargs.
  tr '\\n' '\\0' </run/devices.new | xargs -0 modprobe -a -b -q 2>/dev/null
}
echo / >/run/devices.seen
modprobe -a -q ${FILE_SYSTEMS} 2>/dev/null
load_drivers
while :; do
  load_drivers
  usleep 300000
done &

# The kernel also takes a serial port for a console that the computer does not have: such a one refuses its settings.
consoles=
for console in $(cat /sys/class/tty/console/active); do
  [ "$console" = tty0 ] && console=tty1
  stty -F "/dev/$console" >/dev/null 2>&1 || continue
  consoles="$consoles\${consoles:+:}/dev/$console"
  exec <"/dev/$console" >"/dev/$console" 2>&1
done
export BOOTWRIGHT_CONSOLES="$consoles"

say() {
  for console in $(echo "$consoles" | tr : ' '); do
    printf '\\n%s\\n' "$1" >"$console"
  done
}

/usr/bin/node /${AGENT_PATH} 2>/run/agent-errors
code=$?
sync
case $code in
  ${AGENT_EXIT_CODES.reboot})
    # A kernel that the agent has loaded is started as it is.
    [ "$(cat /sys/kernel/kexec_loaded 2>/dev/null)" = 1 ] && kexec -e
    reboot -f ;;
  ${AGENT_EXIT_CODES.powerOff}) poweroff -f ;;
esac
say "$(tail -n 20 /run/agent-errors)"
say "The agent ended unexpectedly with code $code. Restarting in ${SECONDS_BEFORE_RESTART} seconds."
sleep ${SECONDS_BEFORE_RESTART}
reboot -f
`

/**
 * `bootwright-keyboard NAME` sets the keyboard of the screen; a serial line has none. The keymaps are in UTF-8, which the console must be
 * told before they are loaded.
 */
export const KEYBOARD_COMMAND: string = `#!/usr/bin/busybox sh
kbd_mode -u -C /dev/tty1 2>/dev/null
exec loadkeys --quiet --console /dev/tty1 -- "$1"
`
