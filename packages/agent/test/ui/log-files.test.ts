import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { logFiles } from '../../src/ui/log-files.ts'

const entry = { time: '2026-11-28T05:04:03.210Z', level: 'warn', message: 'low disk', free: 3 } as const

test('the log is written as JSON lines and in the format of CMTrace', t => {
  const folder = scratch()
  const log = logFiles(join(folder, 'bootwright.jsonl'))
  log.write(entry)
  log.write(entry)
  t.is(readFileSync(join(folder, 'bootwright.jsonl'), 'utf8'), `${JSON.stringify(entry)}\n`.repeat(2))
  const [line] = readFileSync(join(folder, 'smsts.log'), 'utf8').split('\r\n')
  t.is(
    line,
    '<![LOG[low disk]LOG]!><time="05:04:03.210+000" date="11-28-2026" component="TSManager" context="" type="2" thread="0" file="">',
  )
})

test('the log moves with its content and continues there', async t => {
  const [from, to] = [scratch(), join(scratch(), 'a/b')]
  const log = logFiles(join(from, 'bootwright.jsonl'))
  log.write(entry)
  await log.moveTo(to)
  log.write(entry)
  t.is(log.folder(), to)
  t.is(readFileSync(join(to, 'bootwright.jsonl'), 'utf8').split('\n').length, 3)
  t.false(existsSync(join(from, 'bootwright.jsonl')))
})

test('a log that moves to an existing log is appended', async t => {
  const [from, to] = [scratch(), scratch()]
  logFiles(join(to, 'bootwright.jsonl')).write(entry)
  const log = logFiles(join(from, 'bootwright.jsonl'))
  log.write({ ...entry, message: 'later' })
  await log.moveTo(to)
  const lines = readFileSync(join(to, 'bootwright.jsonl'), 'utf8').trim().split('\n')
  t.deepEqual(
    lines.map(line => JSON.parse(line).message),
    ['low disk', 'later'],
  )
})

test('a log that cannot be written is ignored, and a log that cannot move stays', async t => {
  t.notThrows(() => logFiles('/nowhere/log.jsonl').write(entry))
  const folder = scratch()
  const log = logFiles(join(folder, 'log.jsonl'))
  log.write(entry)
  await log.moveTo(join(folder, 'log.jsonl', 'x'))
  log.write(entry)
  t.true(existsSync(join(folder, 'log.jsonl')))
})
