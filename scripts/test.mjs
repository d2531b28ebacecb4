// npm test: installs what is needed and runs the tests; the last line sums them up. --help shows the rings.
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { openTestRun, processesOf } from './test-run.mjs'
import { install, quoted, run } from './toolchain.mjs'

/** The tools that check what is built, by the Debian package that has them. */
const conformanceTools = {
  xorriso: 'xorriso',
  isoinfo: 'genisoimage',
  genisoimage: 'genisoimage',
  '7z': 'p7zip-full',
  mcopy: 'mtools',
  mtype: 'mtools',
  syslinux: 'syslinux',
  'fsck.exfat': 'exfatprogs',
  'fsck.fat': 'dosfstools',
  sgdisk: 'gdisk',
  sfdisk: 'fdisk',
  cpio: 'cpio',
  age: 'age',
  openssl: 'openssl',
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  'dpkg-deb': 'dpkg',
  depmod: 'kmod',
  sbverify: 'sbsigntool',
  osslsigncode: 'osslsigncode',
  objdump: 'binutils',
  zstd: 'zstd',
  'grub-script-check': 'grub-common',
  'wimlib-imagex': 'wimtools',
  udfinfo: 'udftools',
  hivexsh: 'libhivex-bin',
  mkntfs: 'ntfs-3g',
  ntfscat: 'ntfs-3g',
  ntfsinfo: 'ntfs-3g',
  mmdebstrap: 'mmdebstrap',
  mke2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
  smbd: 'samba',
  'ganesha.nfsd': 'nfs-ganesha-vfs',
  'docker-registry': 'docker-registry',
  pg_ctlcluster: 'postgresql',
  nginx: 'nginx-light',
  chromium: 'chromium',
  skopeo: 'skopeo',
}
const firmware = '/usr/share/OVMF/OVMF_CODE_4M.secboot.fd'

process.env.PATH = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter) // where Debian keeps fsck and sgdisk
installConformanceTools()
const folder = openTestRun()
process.exitCode = (await install()) || (await run(`node scripts/rings.ts ${quoted(process.argv.slice(2))}`))
const left = processesOf(folder)
for (const { pid, command } of left) console.error(`left behind by a test, and ended now: ${pid} ${command}`)
if (left.length > 0) process.exitCode = 1

function installConformanceTools() {
  const missing = Object.keys(conformanceTools).filter(name => !isOnPath(name))
  const packages = missing.map(name => conformanceTools[name])
  if (!exists(firmware)) packages.push('ovmf')
  if (packages.length === 0) return
  const command = `apt-get install --yes --no-install-recommends ${packages.join(' ')}`
  const isDebianRoot = process.getuid?.() === 0 && isOnPath('apt-get')
  if (!isDebianRoot) {
    console.warn(`Some tests are skipped, as the tools that check are missing. To install them, as root: ${command}\n`)
    return
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const step of ['apt-get update --quiet=2', command.replace('install', 'install --quiet=2')]) {
    const [file, ...args] = step.split(' ')
    execFileSync(file, args, { stdio: ['ignore', 'ignore', 'inherit'], env })
  }
}

function isOnPath(name) {
  return process.env.PATH.split(delimiter).some(folder => exists(join(folder, name)))
}
function exists(path) {
  try {
    accessSync(path, constants.R_OK)
    return true
  } catch {
    return false
  }
}
