import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { BCD_OBJECT, decodeBcd, decodeHive, encodeBcd, encodeHive, keyAt, textOf, valueNamed } from '../src/index.ts'
import { date, sample, store } from './sample.ts'

const test = needs(anyTest as TestFn, 'hivexsh', 'hivexml')
const shell = (file: string, script: string, ...options: string[]): string =>
  execFileSync('hivexsh', [...options, file], { input: script, encoding: 'utf8' })
function written(bytes: Uint8Array): string {
  const file = join(scratch(), 'hive')
  writeFileSync(file, bytes)
  return file
}

test('hivex reads what we write', t => {
  const file = written(encodeHive(sample, { date }))
  const keys = shell(file, 'cd Software\nls\n').trim().split('\n')
  t.is(keys.length, 600)
  t.true(keys.includes('Key 599'))
  t.is(shell(file, 'cd \\Software\\Key 7\nlsval n\n').trim(), '7')
  t.is(shell(file, 'cd Software\nlsval Größe\n').trim(), 'ein Wert')
  // It opens /dev/stdout, which the sockets that Node makes are not.
  const xml = execFileSync('sh', ['-c', 'hivexml "$1" | cat', 'sh', file], { encoding: 'utf8', maxBuffer: 1 << 26 })
  t.true(xml.includes('<mtime>2026-11-25T10:20:30Z</mtime>'))
  t.true(xml.includes('<value type="string" key="日本語" value="😀">'))
  t.is(xml.match(/<node /g)!.length, 604)
})
test('hivex reads our stores', t => {
  const file = written(encodeBcd(store, { date }))
  const path = `\\Objects\\{${BCD_OBJECT.mediaLoader}}\\Elements`
  t.deepEqual(shell(file, `cd ${path}\nls\n`).trim().split('\n').sort(), ['11000001', '26000022', '260000b0'])
  t.is(shell(file, 'cd \\Description\nlsval KeyName\n').trim(), 'BCD00000000')
  t.is(
    shell(file, `cd \\Objects\\{${BCD_OBJECT.bootManager}}\\Elements\\25000004\nlsval\n`).trim(),
    '"Element"=hex(3):1e,00,00,00,00,00,00,00',
  )
})
test('what hivex changed in one of ours is read', t => {
  const file = written(encodeBcd(store, { date }))
  const path = `\\Objects\\{${BCD_OBJECT.mediaRamDisk}}\\Elements`
  shell(file, `cd ${path}\nadd 12000004\ncd 12000004\nsetval 1\nElement\nstring:Changed\ncommit\n`, '-w')
  const changed = decodeBcd(readFileSync(file))
  t.is(changed.get(BCD_OBJECT.mediaRamDisk)!.elements.get(0x12000004), 'Changed')
  t.is(changed.size, store.size)
  const again = encodeBcd(changed, { date })
  t.is(shell(written(again), `cd ${path}\\12000004\nlsval Element\n`).trim(), 'Changed')
})
test('many keys that hivex added are read', t => {
  const file = written(encodeHive({ name: 'root', keys: [], values: [] }, { date }))
  const adds = Array.from({ length: 1500 }, (_, index) => `add k${index}`).join('\n')
  shell(file, `${adds}\ncd k7\nsetval 1\n@\nstring:seven\ncommit\n`, '-w')
  const root = decodeHive(readFileSync(file))
  t.is(root.keys.length, 1500)
  t.is(textOf(valueNamed(keyAt(root, 'K7')!, '')!), 'seven')
})
