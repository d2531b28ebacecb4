import { execFileSync, spawn } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { fromFile, writeFile } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import type { MachineOptions } from '@bootwright/virtual-machine'
import test from 'ava'
import { readImage, readWim, verifyWim } from '../../packages/format-wim/src/index.ts'
import {
  contentsOfEverything,
  everything,
  facts,
  file,
  folder,
  wimOf,
} from '../../packages/format-wim/test/windows-tree.ts'
import { startBooted } from '../support/booted.ts'
import { bootwright, root } from '../support/example.ts'
import { onMachine, start as startMachine } from '../support/machines.ts'

const boots = needs(
  test,
  'qemu-system-x86_64',
  'apt-get',
  'wimlib-imagex',
  'smbd',
  'ganesha.nfsd',
  'mtype',
  '7z',
  'sgdisk',
  'ntfscat',
  'hivexsh',
)

const place = scratch()
const PASSWORD = 'of-the-lab-alone'
const SEQUENCE = `
name: Deploy Windows
operatingSystemImages:
  windows: { source: windows.wim, index: 1 }
driverPackages:
  net: { source: drivers }
steps:
  - name: Ready
    checkReadiness: { memory: 256MB, diskSize: 1GB, firmware: uefi, secureBoot: false }
  - name: Rules
    setDynamicVariables: { rules: [{ make: QEMU, set: { OSDComputerName: 'LAB-%_SMSTSMake%' } }] }
  - name: Partition
    formatAndPartitionDisk:
      partitions:
        - { type: efi, size: 64MB }
        - { type: reserved, size: 16MB }
        - { fileSystem: ntfs, label: Windows }
  - name: Apply
    applyOperatingSystemImage: windows
  - name: Settings
    applyWindowsSettings: { organization: 'Ink & Paper' }
  - name: Network
    applyNetworkSettings: { workgroup: LAB, adapters: [{ addresses: [192.0.2.10/24], gateways: [192.0.2.1] }] }
  - name: Drivers
    applyDriverPackage: net
`
const DISK_BYTES = 2 ** 30

test.before(async () => {
  await fs.symlink(join(root, 'e2e/node_modules'), join(place, 'node_modules'))
  await fs.mkdir(join(place, 'drivers'))
  await fs.writeFile(join(place, 'drivers/net.inf'), '[Version]\n')
  await fs.writeFile(join(place, 'deploy.yaml'), SEQUENCE)
  const plugins = ['plugin-standalone', 'plugin-capture', 'boot-linux', 'steps', 'target-iso'].map(
    each => `@bootwright/${each}`,
  )
  const common = { unattended: true, bootImage: { linux: { distribution: 'debian' } } }
  const deploy = {
    ...common,
    type: 'standalone',
    taskSequence: 'deploy.yaml',
    password: { env: 'LAB' },
    encrypt: 'content',
    targets: [{ iso: { file: 'deploy.iso' } }],
  }
  const capture = (file: string, destination: object) => ({
    ...common,
    type: 'capture',
    prepare: false,
    password: { env: 'LAB' },
    destination: { ...destination, path: 'taken/windows.wim' },
    targets: [{ iso: { file } }],
  })
  const media = {
    deploy,
    smb: capture('smb.iso', {
      share: '\\\\10.0.2.2\\images',
      account: 'LAB\\root',
      password: { env: 'LAB' },
    }),
    nfs: capture('nfs.iso', { share: '10.0.2.2:/images' }),
  }
  await fs.writeFile(join(place, 'bootwright.config.json'), JSON.stringify({ plugins, media }))
  await build('smb')
  await build('nfs')
  // In the place of Windows' boot manager, a program that says on the console that it was started.
  quietly('7z', 'e', `-o${place}`, join(place, 'smb.iso'), 'EFI/BOOT/grubx64.efi')
  const contents = { ...contentsOfEverything(), manager: await fromFile(join(place, 'grubx64.efi')) }
  const { bytes } = await wimOf(contents, sha1 =>
    folder('', [
      folder('Data', everything(sha1)),
      folder('Windows', [
        folder('Boot', [folder('EFI', [file('bootmgfw.efi', { sha1: sha1('manager') })])]),
        folder('System32', [file('winload.efi', { sha1: sha1('text') })]),
      ]),
    ]),
  )
  await writeFile(join(place, 'windows.wim'), bytes, { durable: false })
  await build('deploy')
})

async function build(name: string): Promise<void> {
  const { code, stderr } = await bootwright(['build', name], { cwd: place, env: { LAB: PASSWORD } })
  if (code !== 0) throw new Error(stderr)
}

const start = (options: Omit<MachineOptions, 'firmware'>) =>
  startMachine({ ...options, firmware: 'uefi', restarts: true })
async function blank(name: string, size: number): Promise<string> {
  const path = join(place, name)
  await fs.writeFile(path, '')
  await fs.truncate(path, size)
  return path
}
const quietly = (command: string, ...args: readonly string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 << 20 })

/** A partition of a disk as a file of its own. */
async function partition(disk: string, number: number): Promise<string> {
  const table = quietly('sgdisk', '-i', String(number), disk)
  const sector = (name: string): number => Number(new RegExp(`${name}: (\\d+)`).exec(table)![1])
  const path = `${disk}.${number}`
  const size = (sector('Last sector') - sector('First sector') + 1) * 512
  quietly(
    'dd',
    `if=${disk}`,
    `of=${path}`,
    'bs=512',
    `skip=${sector('First sector')}`,
    `count=${size / 512}`,
    'conv=sparse',
  )
  return path
}

boots.serial('Windows is deployed from Linux: NTFS with all that it has, answers, and boot files that UEFI starts', t =>
  onMachine(t, async () => {
    // Nothing of the contents can be read without the password.
    t.false((await fs.readFile(join(place, 'deploy.iso'))).includes('an alternate data stream'))
    const disk = await blank('disk.img', DISK_BYTES)
    const signal = AbortSignal.timeout(6 * 60_000)
    {
      await using machine = await start({ image: join(place, 'deploy.iso'), attachAs: 'cd', disks: [disk], signal })
      await machine.waitFor(/Password of this medium/, { signal })
      machine.send(`${PASSWORD}\r`)
      await machine.waitFor(/bootwright: sequence (succeeded|failed.*)/, { signal })
      t.regex(machine.output, /bootwright: sequence succeeded/)
      await machine.exited
    }
    const [efi, windows] = [await partition(disk, 1), await partition(disk, 3)] as const
    const answers = quietly('ntfscat', windows, 'Windows/Panther/unattend.xml')
    for (const part of ['<ComputerName>LAB-QEMU</ComputerName>', 'Ink &amp; Paper', '192.0.2.10/24', 'pnputil.exe'])
      t.true(answers.includes(part), part)
    const store = join(place, 'BCD')
    await fs.writeFile(store, execFileSync('mtype', ['-i', efi, '::EFI/Microsoft/Boot/BCD'], { maxBuffer: 1 << 20 }))
    t.regex(
      execFileSync('hivexsh', [store], { input: 'cd Objects\nls\n', encoding: 'utf8' }),
      /9dea862c-5cdd-4e70-acc1-f32b344d4795/,
    )
    await using machine = await start({ disks: [disk], signal })
    await machine.waitFor(/GNU GRUB|grub>/, { signal })
    t.pass()
  }),
)

/** Flags of a link say how the WIM was captured, and are in no volume. */
const withoutFlags = (key: string, value: unknown): unknown =>
  key === 'flags' ? undefined : typeof value === 'bigint' ? String(value) : value

/** An SMB server on this computer alone, with one share. */
async function serveSmb(folder: string): Promise<Disposable> {
  const state = join(place, 'samba')
  await fs.mkdir(state)
  await fs.mkdir(folder)
  const configuration = join(state, 'smb.conf')
  const folders = ['private dir', 'lock directory', 'state directory', 'cache directory', 'pid directory']
  const lines = [
    '[global]',
    'workgroup = LAB',
    'interfaces = lo',
    'bind interfaces only = yes',
    'smb ports = 445',
    'disable netbios = yes',
    'load printers = no',
    `log file = ${join(state, 'log')}`,
    ...folders.map(name => `${name} = ${state}`),
    '[images]',
    `path = ${folder}`,
    'read only = no',
  ]
  await fs.writeFile(configuration, `${lines.join('\n')}\n`)
  execFileSync('smbpasswd', ['-c', configuration, '-a', '-s', 'root'], {
    input: `${PASSWORD}\n${PASSWORD}\n`,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  // It ends its whole process group when it ends: it gets one of its own.
  const server = spawn('smbd', ['-s', configuration, '--foreground', '--no-process-group'], {
    stdio: 'ignore',
    detached: true,
  })
  return { [Symbol.dispose]: () => void server.kill() }
}

/** The same by NFS 4. */
async function serveNfs(folder: string): Promise<Disposable> {
  const state = join(place, 'nfs')
  await fs.mkdir(state)
  await fs.mkdir(folder)
  const configuration = join(state, 'ganesha.conf')
  const lines = [
    'NFS_CORE_PARAM { Protocols = 4; Bind_addr = 127.0.0.1; NFS_Port = 2049; Enable_NLM = false; Enable_RQUOTA = false; }',
    `NFSV4 { Graceless = true; RecoveryBackend = fs; RecoveryRoot = ${state}; Only_Numeric_Owners = true; }`,
    `EXPORT { Export_Id = 1; Path = ${folder}; Pseudo = /images; Access_Type = RW; Squash = No_Root_Squash;`,
    '  SecType = sys; Protocols = 4; Transports = TCP; FSAL { Name = VFS; } }',
  ]
  await fs.writeFile(configuration, `${lines.join('\n')}\n`)
  const files = ['-f', configuration, '-L', join(state, 'log'), '-p', join(state, 'pid')]
  const server = spawn('ganesha.nfsd', ['-F', ...files], { stdio: 'ignore' })
  return { [Symbol.dispose]: () => void server.kill('SIGKILL') }
}

for (const [name, serve] of [
  ['smb', serveSmb],
  ['nfs', serveNfs],
] as const)
  boots.serial(`a volume with NTFS is captured with all that it has, by ${name}`, t =>
    onMachine(t, async () => {
      const images = join(place, `images-${name}`)
      using _server = await serve(images)
      const signal = AbortSignal.timeout(8 * 60_000)
      {
        const medium = { image: join(place, `${name}.iso`), disks: [join(place, 'disk.img')] }
        await using machine = await startBooted({ ...medium, network: { type: 'user', id: 'lan' }, signal })
        await machine.waitFor(/Password of this medium/, { signal })
        machine.send(`${PASSWORD}\r`)
        await machine.waitFor(/bootwright: sequence (succeeded|failed.*)/, { signal })
        t.regex(machine.output, /bootwright: sequence succeeded/)
        t.notRegex(machine.output, new RegExp(PASSWORD))
        await machine.exited
      }
      const taken = join(images, 'taken/windows.wim')
      t.deepEqual(await fs.readdir(join(images, 'taken')), ['windows.wim'])
      quietly('wimlib-imagex', 'verify', taken)
      const [before, after] = [
        await readWim(await fromFile(join(place, 'windows.wim'))),
        await readWim(await fromFile(taken)),
      ]
      t.deepEqual(await verifyWim(after), [])
      const data = async (wim: typeof before) => {
        const { root: top, security } = await readImage(wim, 1)
        const found = facts(top.children!.find(({ name }) => name === 'Data')!, security)
        return JSON.parse(JSON.stringify(found, withoutFlags))
      }
      t.deepEqual(await data(after), await data(before))
      t.regex(quietly('ntfsinfo', '-m', join(place, 'disk.img.3')), /Volume Flags: 0x0000\b/)
    }),
  )
