import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BCD_ELEMENT, BCD_OBJECT, decodeBcd } from '@bootwright/format-hive'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { makeWindowsStart } from '../src/programs/boot/windows.ts'
import { makeWindowsStartFromLinux } from '../src/programs/boot/windows-from-linux.ts'
import { windowsBootStore } from '../src/programs/boot/windows-store.ts'
import { fakeContext } from './fake-context.ts'

const disk = '01234567-89ab-cdef-0123-456789abcdef'
const partition = (digit: string): string => disk.replaceAll(/[0-9a-f]/g, digit)
const store = (): Buffer =>
  windowsBootStore({
    boot: { kind: 'gpt', disk, partition: partition('1') },
    windows: { kind: 'gpt', disk, partition: partition('2') },
    description: 'Windows 11',
    locale: 'en-US',
    date: new Date('2026-01-01'),
  })

test('the store starts the loader of the volume', t => {
  const objects = decodeBcd(store())
  const manager = objects.get(BCD_OBJECT.bootManager)!.elements
  const loader = objects.get(manager.get(BCD_ELEMENT.default) as string)!.elements
  t.is(loader.get(BCD_ELEMENT.path), '\\Windows\\system32\\winload.efi')
  t.deepEqual(loader.get(BCD_ELEMENT.osDevice), { kind: 'gpt', disk, partition: partition('2') })
  t.deepEqual(manager.get(BCD_ELEMENT.displayOrder), [manager.get(BCD_ELEMENT.default)])
  for (const { elements } of objects.values())
    for (const id of [elements.get(BCD_ELEMENT.inherit) ?? []].flat()) t.true(objects.has(id as string), String(id))
  t.true(objects.has(loader.get(BCD_ELEMENT.loaderResumeObject) as string))
  t.deepEqual(store(), store())
})

needs(test, 'hivexsh')('another reader of hives finds what it says', async t => {
  const file = join(scratch(), 'BCD')
  await writeFile(file, store())
  const script = `cd Objects\\${'{'}${BCD_OBJECT.bootManager}${'}'}\\Elements\\12000002\nlsval\n`
  t.regex(execFileSync('hivexsh', [file], { input: script, encoding: 'utf8' }), /bootmgfw\.efi/)
})

const files = {
  'Windows/Boot/EFI/bootmgfw.efi': 'manager',
  'Windows/boot/EFI/fr-FR/bootmgfw.efi.mui': 'texts',
  'Windows/Boot/Fonts/segoe_slboot.ttf': 'font',
  'Windows/System32/x': '',
}
const play = (command: string, args: readonly string[]) => {
  if (command === 'sfdisk') return { output: '/dev/nvme0n1p1\n/dev/nvme0n1p2\n' }
  const answers: Readonly<Record<string, string>> = {
    'PART_ENTRY_TYPE /dev/nvme0n1p1': 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b',
    'PART_ENTRY_UUID /dev/nvme0n1p1': partition('1'),
    'PART_ENTRY_UUID /dev/nvme0n1p2': partition('2'),
  }
  return { output: answers[`${args[2]} ${args.at(-1)}`] ?? disk }
}

test('a BIOS is refused with what helps', async t => {
  const context = fakeContext({ firmware: { kind: 'bios' } })
  await t.throwsAsync(makeWindowsStart(context, { volume: '/dev/sda2', root: '/' }), {
    message: /under UEFI only; start this computer by UEFI, or build the medium with bootImage: \{ winpe/,
  })
})

test('Windows PE has bcdboot for it', async t => {
  const context = fakeContext({ platform: 'windows', firmware: { kind: 'uefi', isSecureBoot: true } })
  await makeWindowsStart(context, { volume: 'C:', root: 'C:\\' })
  t.deepEqual(context.ran, [{ command: 'bcdboot', args: ['C:\\Windows', '/f', 'UEFI'] }])
})

test('boot files go to the EFI system partition, with a store that names its volumes', async t => {
  const root = scratch()
  const efi = scratch()
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  const context = fakeContext({ firmware: { kind: 'uefi', isSecureBoot: false }, root: efi, play })
  await makeWindowsStartFromLinux(context, { disk: '/dev/nvme0n1', volume: '/dev/nvme0n1p2', root })
  const read = (path: string) => readFile(join(efi, path))
  t.is(String(await read('EFI/Boot/bootx64.efi')), 'manager')
  t.is(String(await read('EFI/Microsoft/Boot/bootmgfw.efi')), 'manager')
  t.is(String(await read('EFI/Microsoft/Boot/Fonts/segoe_slboot.ttf')), 'font')
  const objects = decodeBcd(await read('EFI/Microsoft/Boot/BCD'))
  const manager = objects.get(BCD_OBJECT.bootManager)!.elements
  t.deepEqual(manager.get(BCD_ELEMENT.device), { kind: 'gpt', disk, partition: partition('1') })
})
