// npm test: installs what is needed and runs every test of every package; the last line sums them up.
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { install, run } from './toolchain.mjs'

/** The tools that judge what is built, by the Debian package that has them. */
const judges = {
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
installJudges()
const installed = await install()
process.exitCode = installed || (await testAll())

async function testAll() {
  let output = ''
  const onOutput = text => {
    output += text
  }
  const code = await run('pnpm exec turbo run test --continue --concurrency=1 --output-logs=full --log-order=grouped', {
    onOutput,
  })
  const count = pattern => [...output.matchAll(pattern)].reduce((sum, [, number]) => sum + Number(number), 0)
  const failed =
    count(/(\d+) tests? failed/g) +
    count(/(\d+) uncaught exceptions?/g) +
    count(/(\d+) unhandled rejections?/g) +
    count(/(\d+) test files? (?:did not|were not)/g)
  const skipped = count(/(\d+) tests? skipped/g)
  // A run that broke without a count of its own is a failure too.
  console.log(
    `\n${count(/(\d+) tests? passed/g)} passed, ${failed || (code ? 1 : 0)} failed${skipped ? `, ${skipped} skipped` : ''}`,
  )
  return code
}

function installJudges() {
  const missing = Object.keys(judges).filter(name => !isOnPath(name))
  const packages = missing.map(name => judges[name])
  if (!exists(firmware)) packages.push('ovmf')
  if (packages.length === 0) return
  const command = `apt-get install --yes --no-install-recommends ${packages.join(' ')}`
  const isDebianRoot = process.getuid?.() === 0 && isOnPath('apt-get')
  if (!isDebianRoot) {
    console.warn(`Some tests are skipped, for want of the tools that judge. To have them, as root: ${command}\n`)
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
