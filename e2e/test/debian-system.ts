import { execFileSync } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'

/** What starts, mounts and answers; and the loaders for BIOS and for UEFI with Secure Boot. */
const PACKAGES = [
  'linux-image-cloud-amd64',
  'systemd-sysv',
  'udev',
  'dbus',
  'login',
  'passwd',
  'iproute2',
  'grub2-common',
  'grub-pc-bin',
  'grub-efi-amd64-bin',
  'grub-efi-amd64-signed',
  'shim-signed',
]
const GRUB = `GRUB_TIMEOUT=1
GRUB_CMDLINE_LINUX="console=ttyS0,115200"
GRUB_TERMINAL="console serial"
GRUB_DISABLE_OS_PROBER=true
`

/** A small Debian of our own making, as one image of a WIM. */
export async function makeDebian(folder: string): Promise<string> {
  const root = join(folder, 'root')
  const wim = join(folder, 'debian.wim')
  const suite = execFileSync('sh', ['-c', '. /etc/os-release; echo "$VERSION_CODENAME"'], { encoding: 'utf8' }).trim()
  const without = ['man', 'locale', 'doc'].map(each => `--dpkgopt=path-exclude=/usr/share/${each}/*`)
  const run = (command: string, args: readonly string[]): unknown =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], maxBuffer: 64 << 20 })
  run('mmdebstrap', ['--variant=minbase', '--mode=root', `--include=${PACKAGES.join(',')}`, ...without, suite, root])
  await fs.mkdir(join(root, 'etc/default'), { recursive: true })
  await fs.writeFile(join(root, 'etc/default/grub'), GRUB)
  run('wimlib-imagex', ['capture', root, wim, 'Debian', '--unix-data', '--compress=fast'])
  await fs.rm(root, { recursive: true })
  return wim
}

/** Bytes: enough for that Debian, and what is captured of it. */
const DISK_SIZE = 4 * 2 ** 30
export async function blankDisk(folder: string, name: string): Promise<string> {
  const disk = join(folder, name)
  await fs.writeFile(disk, '')
  await fs.truncate(disk, DISK_SIZE)
  return disk
}

/** A package that leaves a greeting in the system: `packages: { hello: { source: hello, programs: { install: sh install.sh } } }`. */
export async function makeHello(folder: string): Promise<void> {
  await fs.mkdir(join(folder, 'hello'))
  await fs.writeFile(join(folder, 'hello/greeting'), 'good day')
  await fs.writeFile(join(folder, 'hello/install.sh'), 'set -e\nmkdir -p /opt/hello\ncp greeting /opt/hello/\n')
}
