import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { parseDisks } from '../../../src/computer/windows/disks.ts'
import { registryValue } from '../../../src/computer/windows/registry.ts'
import { windowsSystem } from '../../../src/computer/windows/system.ts'

/** As diskpart printed them. */
const ENGLISH = `
Microsoft DiskPart version 10.0.22621.1

Copyright (C) Microsoft Corporation.
On computer: MININT-7F3

Volume 3 is the selected volume.

  Disk ###  Status         Size     Free     Dyn  Gpt
  --------  -------------  -------  -------  ---  ---
  Disk 0    Online          476 GB  1024 KB        *
* Disk 1    Online           57 GB      0 B
  Disk 2    No Media           0 B      0 B

Leaving DiskPart...
`
const FRENCH = `
  N° disque  Statut         Taille   Libre    Dyn  GPT
  ---------  -------------  -------  -------  ---  ---
  Disque 0    En ligne        476 G octets      0 octets        *
* Disque 1    En ligne         57 G octets      0 octets
`

test('disks are parsed in any language of diskpart, and the disk of the medium is marked', t => {
  t.deepEqual(parseDisks(ENGLISH), [
    { number: 0, size: 476 * 2 ** 30, isSelected: false },
    { number: 1, size: 57 * 2 ** 30, isSelected: true },
    { number: 2, size: 0, isSelected: false },
  ])
  t.deepEqual(
    parseDisks(FRENCH).map(({ number, isSelected }) => [number, isSelected]),
    [
      [0, false],
      [1, true],
    ],
  )
})

interface Ran {
  readonly command: string
  readonly args: readonly string[]
}
/** A Windows whose programs the test plays. */
function windows(
  play: (command: string, args: readonly string[]) => { exitCode?: number; output?: string } = () => ({}),
) {
  const ran: Ran[] = []
  const folder = scratch()
  const root = scratch()
  const programs = {
    run: async (command: string, args: readonly string[]) => {
      ran.push({ command, args })
      return { exitCode: 0, output: '', ...play(command, args) }
    },
    start: () => {
      throw new Error('nothing is talked with')
    },
  }
  for (const file of ['agent.mjs', 'node.exe']) writeFileSync(join(folder, file), file)
  const paths = { folder, program: join(folder, 'agent.mjs'), runtime: join(folder, 'node.exe') }
  return { ran, folder, root, system: windowsSystem({ programs, ...paths, root }) }
}

test('disks have exact sizes with WMI, and the disk of the medium is left out', async t => {
  const rows = [{ Index: 0, Size: 512_110_190_592, MediaType: 'Fixed hard disk media' }]
  const { system, folder } = windows(command =>
    command === 'powershell.exe' ? { output: JSON.stringify(rows) } : { output: ENGLISH },
  )
  const [first, ...others] = await system.disks('D:\\')
  t.deepEqual(first, { number: 0, path: '\\\\.\\PhysicalDrive0', size: 512_110_190_592, isRemovable: false })
  t.deepEqual(
    others.map(({ number }) => number),
    [2],
  )
  t.is(readFileSync(join(folder, 'list-disks.txt'), 'utf8'), 'select volume D noerr\r\nlist disk\r\nexit\r\n')
  const { system: bare } = windows(command => (command === 'powershell.exe' ? { exitCode: 127 } : { output: ENGLISH }))
  t.is((await bare.disks(undefined))[0]!.size, 476 * 2 ** 30)
})

test('registry values are parsed from the output of reg', async t => {
  const programs = {
    run: async (_: string, args: readonly string[]) => ({
      exitCode: args.includes('Missing') ? 1 : 0,
      output: [
        '',
        'HKEY_LOCAL_MACHINE\\SOFTWARE\\Contoso',
        '    Name (x)    REG_SZ    Ink & Paper',
        '    Count    REG_DWORD    0x10',
        '    (par défaut)    REG_SZ    C:\\Contoso',
        '    Empty    REG_SZ    ',
        '',
      ].join('\r\n'),
    }),
  }
  const value = (name: string) => registryValue(programs, 'HKLM\\SOFTWARE\\Contoso', name)
  t.is(await value('Name (x)'), 'Ink & Paper')
  t.is(await value('Count'), '16')
  t.is(await value(''), 'C:\\Contoso')
  t.is(await value('Empty'), '')
  t.is(await value('Missing'), undefined)
})

test('conditions query Windows, and without PowerShell name what the boot image lacks', async t => {
  const { system } = windows(() => ({ output: '[{"Name":"a"},{"Name":"b"}]' }))
  t.is(await system.windowsFacts.wmi('SELECT Name FROM Win32_Fan', 'root\\cimv2'), 2)
  const { system: bare } = windows(() => ({ exitCode: 127 }))
  await t.throwsAsync(bare.windowsFacts.wmi('SELECT Name FROM Win32_Fan', 'root\\cimv2'), {
    message: /add WinPE-WMI, WinPE-NetFX, WinPE-Scripting and WinPE-PowerShell to it/,
  })
})

test('the identity comes from the registry and from WMI', async t => {
  const { system } = windows((command, args) => {
    const asked = args.join(' ')
    if (command === 'reg') return { output: `    ${args.at(-1)}    REG_SZ    Contoso ${args.at(-1)}\r\n` }
    if (asked.includes('ComputerSystemProduct')) return { output: '[{"IdentifyingNumber":"S1","UUID":"ab"}]' }
    if (asked.includes('SystemEnclosure')) return { output: '[{"SMBIOSAssetTag":"T1"}]' }
    return { output: '[{"DefaultIPGateway":["192.0.2.1"]}]' }
  })
  t.like(await system.identity(), {
    make: 'Contoso SystemManufacturer',
    serialNumber: 'S1',
    assetTag: 'T1',
    uuid: 'AB',
    defaultGateways: ['192.0.2.1'],
  })
})

test('Windows resumes the sequence after setup, after the script of the image', async t => {
  const { system, root } = windows()
  const scripts = join(root, 'Windows/Setup/Scripts')
  mkdirSync(scripts, { recursive: true })
  writeFileSync(join(scripts, 'SetupComplete.cmd'), 'echo own\r\n')
  const folder = join(root, '_SMSTaskSequence/runtime')
  for (let again = 0; again < 2; again += 1) await system.installRuntime(root, folder)
  t.is(readFileSync(join(folder, 'node.exe'), 'utf8'), 'node.exe')
  t.is(readFileSync(join(scripts, 'SetupComplete-image.cmd'), 'utf8'), 'echo own\r\n')
  const script = readFileSync(join(scripts, 'SetupComplete.cmd'), 'utf8')
  t.regex(script, /call "%~dp0SetupComplete-image\.cmd"\r\n/)
  t.true(script.includes('/tr "\\"%SystemDrive%\\_SMSTaskSequence\\runtime\\start.cmd\\" resume"'))
})

test('the scheduled task and the setup script are removed when the sequence has ended', async t => {
  const { system, ran, root } = windows()
  const folder = join(root, '_SMSTaskSequence/runtime')
  await system.installRuntime(root, folder)
  await system.removeRuntime(folder)
  t.like(ran.at(-1), { command: 'schtasks', args: ['/delete', '/f', '/tn', 'Bootwright task sequence'] })
  t.is(readFileSync(join(folder, 'done'), 'utf8'), '')
  t.throws(() => readFileSync(join(root, 'Windows/Setup/Scripts/SetupComplete.cmd')), { code: 'ENOENT' })
})
