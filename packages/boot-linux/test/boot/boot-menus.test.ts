import { execFileSync } from 'node:child_process'
import { needs, whereIs } from '@bootwright/test-support'
import test from 'ava'
import { commandLine, grubConfiguration, markerPath, syslinuxConfiguration } from '../../src/boot/boot-menus.ts'
import { medium } from '../fakes.ts'

const conformance = needs(test, 'grub-script-check')
const titleLine = (label: string): string =>
  /^menuentry .*$/m.exec(grubConfiguration({ ...medium, label }, 'x64'))?.[0] ?? ''
/** What GRUB makes of the words of a line (GNU GRUB manual, "Quoting"): single quotes keep all, a backslash keeps the next character. */
const titleOf = (line: string): string | undefined =>
  /^menuentry ((?:'[^']*'|\\.)+) \{$/s
    .exec(line)?.[1]
    ?.replaceAll(/'([^']*)'|\\(.)/gs, (_all, quoted, kept) => quoted ?? kept)

test('golden: the menu of GRUB', t => {
  t.is(
    grubConfiguration(medium, 'x64'),
    `search --no-floppy --file --set=root /.disk/${medium.id}
set default=0
set timeout=0
set timeout_style=hidden
menuentry 'Lab boot' {
  linux /boot/vmlinuz bootwright.medium=${medium.id} console=tty0 console=ttyS0,115200 quiet loglevel=3
  initrd /boot/initrd.img
}
`,
  )
})

test('golden: the menu of ISOLINUX', t => {
  t.is(
    syslinuxConfiguration(medium, 'x64'),
    `SERIAL 0 115200
DEFAULT bootwright
PROMPT 0
LABEL bootwright
  LINUX /boot/vmlinuz
  INITRD /boot/initrd.img
  APPEND bootwright.medium=${medium.id} console=tty0 console=ttyS0,115200 quiet loglevel=3
`,
  )
})

test('both menus start the kernel with the same command line, whose serial port is that of the architecture', t => {
  for (const architecture of ['x64', 'arm64'] as const)
    for (const menu of [grubConfiguration, syslinuxConfiguration])
      t.true(menu(medium, architecture).includes(` ${commandLine(medium.id, architecture)}\n`))
  t.regex(commandLine(medium.id, 'arm64'), / console=ttyAMA0,115200 /)
})

test('the file that GRUB looks for is the one that no other medium has', t => {
  t.is(markerPath(medium.id), `.disk/${medium.id}`)
  t.true(
    grubConfiguration(medium, 'x64').startsWith(`search --no-floppy --file --set=root /${markerPath(medium.id)}\n`),
  )
})

const LABELS = [
  "it's",
  "'",
  "''",
  'say "boot"',
  '$root $(x) `x` \\ \\n #{};|&<>',
  "a'; reboot #",
  "end\\'",
  'größe 起動 🚀',
]

test('a label is the title as it is, whatever it holds: only a single quote needs care', t => {
  t.is(titleLine("it's"), String.raw`menuentry 'it'\''s' {`)
  for (const label of LABELS) t.is(titleOf(titleLine(label)), label)
})

test('control characters of a label become spaces: none ends the line', t => {
  t.is(titleOf(titleLine('a\nb\rc\td\0e\x1bf\x7fg')), 'a b c d e f g')
})

conformance('GRUB reads a menu with any label, and would not without care', t => {
  const check = (script: string): void => {
    execFileSync(whereIs('grub-script-check')!, { input: script, stdio: ['pipe', 'pipe', 'pipe'] })
  }
  for (const label of [...LABELS, 'a\nb'])
    t.notThrows(() => check(grubConfiguration({ ...medium, label }, 'x64')), label)
  t.throws(() => check(grubConfiguration(medium, 'x64').replace('Lab boot', "it's")))
})
