import { createHash } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { fromFile, fromMemory, writeFile } from '@bootwright/bytes'
import { planIso } from '@bootwright/format-iso'
import { readPe } from '@bootwright/format-pe'
import { usbReader } from '@bootwright/target-usb'
import { needs } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { startBooted } from '../support/booted.ts'
import { buildExample, copyExample, type Example, extendExample, withScript } from '../support/example.ts'
import { onMachine, start } from '../support/machines.ts'
import { OUTER_WAYS, startsAndAsks, titleOf } from '../support/ways.ts'

const test = anyTest as TestFn<{ example: Example; image: string }>
const boots = needs(test as TestFn, 'qemu-system-x86_64', 'apt-get', 'openssl') as typeof test

/** In the script: digests of what Linux' UDF driver reads of a second disc, when there is one. */
const HASH_UDF = [
  'mkdir -p /run/udf',
  'for disc in /dev/sr*; do',
  '  mount -t udf -o ro,utf8 $disc /run/udf 2>/dev/null || continue',
  '  (cd /run/udf && find . -type f -exec sha256sum {} + | sort -k 2 | sha256sum | sed "s/^/udf: /")',
  'done',
]

test.before(async t => {
  const example = await copyExample()
  await withScript(example, '[ -t 0 ] && echo "the script has a terminal"', ...HASH_UDF)
  await extendExample(example)
  t.context = { example, image: await buildExample(example) }
})
test.after.always(t => t.context.example?.remove())

for (const way of OUTER_WAYS) boots(titleOf(way), t => startsAndAsks(t, t.context.example.folder, way))

boots("Linux' UDF driver reads every file of an image that has UDF", async t => {
  const image = join(t.context.example.folder, 'udf.iso')
  const noise = Uint8Array.from({ length: 3_000_000 }, (_, at) => (Math.imul(at, 2_654_435_761) >>> 13) ^ at)
  const contents: Readonly<Record<string, Uint8Array>> = {
    'Größe/日本語.bin': noise,
    'a folder/with another/file.txt': Buffer.from('text'),
    empty: new Uint8Array(0),
    ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`many/file ${index}`, Buffer.from(`${index}`)])),
  }
  const tree = new Map(
    Object.entries(contents).map(([path, data]) => [path, { kind: 'file' as const, content: fromMemory(data) }]),
  )
  const { bytes } = planIso(tree, { label: 'UDF', date: new Date('2026-01-01T00:00:00Z'), udf: true })
  await writeFile(image, bytes)
  const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
  const lines = Object.entries(contents).map(([path, data]) => [`./${path}`, sha256(data)] as const)
  const sorted = lines.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  const expected = sha256(sorted.map(([path, digest]) => `${digest}  ${path}\n`).join(''))
  const extra = [
    ...['-drive', `if=none,id=udf,media=cdrom,format=raw,readonly=on,file=${image}`],
    ...['-device', 'ide-cd,bus=ide.1,drive=udf'],
  ]
  await onMachine(t, async () => {
    const signal = AbortSignal.timeout(8 * 60_000)
    await using machine = await start({ image: t.context.image, attachAs: 'cd', firmware: 'bios', extra, signal })
    const [, found] = await machine.waitFor(/udf: ([0-9a-f]{64})/, { signal })
    t.is(found, expected)
  })
})

for (const [name, what, text, reason] of [
  [
    'script',
    'a byte of its prestart script',
    'Who is this computer for?',
    /prestart\/ask-owner\.sh of this medium was changed/,
  ],
  ['descriptor', 'a byte of its descriptor', '"keyboard": "us"', /medium\.json of this medium was changed/],
  [
    'serial',
    'its serial number',
    '"serial": 7',
    /The medium in \/dev\/sr0 is not trusted and will not run: the medium has no valid signature/,
  ],
] as const)
  boots(`a medium of which somebody changed ${what} does not run, and the screen names the file`, async t => {
    const image = join(t.context.example.folder, `changed-${name}.iso`)
    const content = await fs.readFile(t.context.image)
    const at = content.indexOf(text)
    t.true(at > 0)
    content[at + text.length - 2]! ^= 1
    await fs.writeFile(image, content)
    await onMachine(t, async () => {
      const signal = AbortSignal.timeout(8 * 60_000)
      await using machine = await startBooted({ image, signal })
      await machine.waitFor(reason, { signal })
      t.notRegex(machine.output, /Who is this computer/)
    })
  })

const SNAKEOIL = { key: '/usr/share/ovmf/PkKek-1-snakeoil.key', certificate: '/usr/share/ovmf/PkKek-1-snakeoil.pem' }
const variables = '/usr/share/OVMF/OVMF_VARS_4M.snakeoil.fd'
boots(
  'signed by a key of its own, firmware starts it under Secure Boot, and refuses it with one byte of its initramfs changed',
  async t => {
    const example = await copyExample()
    t.teardown(example.remove)
    await extendExample(example)
    await fs.copyFile(SNAKEOIL.key, join(example.folder, 'boot-key.pem'))
    await fs.copyFile(SNAKEOIL.certificate, join(example.folder, 'boot.pem'))
    const bootSigner = '{ x509: { certificate: boot.pem, key: boot-key.pem, password: snakeoil } }'
    const text = await fs.readFile(example.definition, 'utf8')
    await fs.writeFile(
      example.definition,
      text.replace('    serial: 7\n', `    serial: 7\n    bootSigner: ${bootSigner}\n`),
    )
    await buildExample(example)
    const image = join(example.folder, 'out/bootable.img')
    const signalOf = () => AbortSignal.timeout(8 * 60_000)
    const startFrom = (file: string, signal: AbortSignal) =>
      start({ image: file, attachAs: 'usb', firmware: 'secure-boot', variables, signal })
    await onMachine(t, async () => {
      const signal = signalOf()
      await using machine = await startFrom(image, signal)
      await machine.waitFor(/bootwright: agent ready on medium/, { signal })
      t.regex(machine.output, /Secure Boot is on/)
    })
    const opened = await usbReader.open(await fromFile(image))
    const program = opened!.tree.get('EFI/BOOT/BOOTX64.EFI')
    if (program?.kind !== 'file') return t.fail()
    const { sections } = await readPe(program.content)
    const initrd = sections.find(({ name }) => name === '.initrd')!
    const [segment] = [...program.content.segments()]
    if (segment?.kind !== 'file') return t.fail()
    const content = await fs.readFile(image)
    content[segment.offset + initrd.rawOffset + Math.floor(initrd.rawSize / 2)]! ^= 1
    const changed = join(example.folder, 'changed.img')
    await fs.writeFile(changed, content)
    await onMachine(t, async () => {
      const signal = signalOf()
      await using machine = await startFrom(changed, signal)
      await machine.waitFor(/Access Denied|Security Violation/, { signal })
      t.notRegex(machine.output, /bootwright: agent ready/)
    })
  },
)
