import { execFileSync } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { prepared } from './prepared.ts'

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

/** Without those, an image of the Debian that the tests deploy is a third smaller. */
const WITHOUT = ['man', 'locale', 'doc']

/** A small Debian of our own making, as one image of a WIM. Made again when Debian has another version of one of its packages. */
export async function debianImage(): Promise<string> {
  const suite = output('sh', ['-c', '. /etc/os-release; echo "$VERSION_CODENAME"']).trim()
  const versions = output('apt-cache', ['show', '--no-all-versions', ...PACKAGES]).match(/^(?:Package|Version): .*/gm)
  const folder = await prepared('debian', { suite, versions, PACKAGES, WITHOUT, GRUB }, async folder => {
    const root = join(folder, 'root')
    const without = WITHOUT.map(each => `--dpkgopt=path-exclude=/usr/share/${each}/*`)
    output('mmdebstrap', [
      '--variant=minbase',
      '--mode=root',
      `--include=${PACKAGES.join(',')}`,
      ...without,
      suite,
      root,
    ])
    await fs.mkdir(join(root, 'etc/default'), { recursive: true })
    await fs.writeFile(join(root, 'etc/default/grub'), GRUB)
    output('wimlib-imagex', ['capture', root, join(folder, WIM), 'Debian', '--unix-data', '--compress=fast'])
    await fs.rm(root, { recursive: true })
  })
  return join(folder, WIM)
}
const WIM = 'debian.wim'
const output = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 })

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
