import test from 'ava'
import type { BuildEvent } from '../../src/kernel/events.ts'
import { reportsTo } from '../../src/kernel/report.ts'

test('tasks are numbered from 1, and end with their last count', t => {
  const events: BuildEvent[] = []
  const { progress } = reportsTo(event => events.push(event))
  const first = progress('p').start('copy', 10, 'bytes')
  const second = progress('q').start('look')
  first.report(4)
  first.end()
  second.end()
  const seen = events.map(
    event => event.type === 'progress' && [event.id, event.plugin, event.state, event.done, event.total, event.unit],
  )
  t.deepEqual(seen, [
    [1, 'p', 'start', 0, 10, 'bytes'],
    [2, 'q', 'start', 0, undefined, 'items'],
    [1, 'p', 'update', 4, 10, 'bytes'],
    [1, 'p', 'end', 4, 10, 'bytes'],
    [2, 'q', 'end', 0, undefined, 'items'],
  ])
})

test('messages have their plugin and level', t => {
  const events: BuildEvent[] = []
  const log = reportsTo(event => events.push(event)).log('p')
  log.debug('a')
  log.info('b')
  log.warn('c')
  t.deepEqual(
    events.map(event => event.type === 'log' && [event.level, event.plugin, event.message]),
    [
      ['debug', 'p', 'a'],
      ['info', 'p', 'b'],
      ['warn', 'p', 'c'],
    ],
  )
})
