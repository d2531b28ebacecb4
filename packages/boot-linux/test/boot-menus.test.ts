import test from 'ava'
import { grubConfiguration, isolinuxConfiguration } from '../src/boot-menus.ts'

const identity = (label: string) => ({ id: '11111111-2222-8333-8444-555555555555', label, date: new Date(0) })

test('GRUB finds the medium by its id, and starts it at once with screen and serial console', t => {
  const text = grubConfiguration(identity('Lab'), 'x64')
  t.regex(text, /search .*--file .*\/\.disk\/11111111-2222-8333-8444-555555555555/)
  t.regex(text, /timeout=0/)
  t.regex(text, /linux \/boot\/vmlinuz bootwright\.medium=11111111\S* console=tty0 console=ttyS0,115200/)
  t.regex(grubConfiguration(identity('Lab'), 'arm64'), /console=ttyAMA0/)
})
for (const [label, written] of [
  ["Ann's lab", "'Ann'\\''s lab'"],
  ['a\nb\u007f', "'a b '"],
  ['$root "x" \\', '\'$root "x" \\\''],
])
  test(`the label ${JSON.stringify(label)} stays one quoted word`, t => {
    t.true(grubConfiguration(identity(label!), 'x64').includes(`menuentry ${written} {`))
  })
test('ISOLINUX starts the same kernel in the same way', t => {
  const text = isolinuxConfiguration(identity('x'), 'x64')
  for (const line of ['LINUX /boot/vmlinuz', 'INITRD /boot/initrd.img', 'PROMPT 0']) t.true(text.includes(line), line)
  t.regex(text, /APPEND bootwright\.medium=11111111/)
})
