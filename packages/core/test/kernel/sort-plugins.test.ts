import type { Plugin } from '@bootwright/api'
import test from 'ava'
import fc from 'fast-check'
import { sortPlugins } from '../../src/kernel/sort-plugins.ts'

const plugin = (name: string, ...after: string[]): Plugin => ({ name, apiVersion: 1, after, setup() {} })
const names = (plugins: readonly Plugin[]): string => plugins.map(({ name }) => name).join(' ')

test('plugins stay in the order of the list, except for "after"', t => {
  t.is(names(sortPlugins([plugin('c', 'a'), plugin('b'), plugin('a'), plugin('d')])), 'a c b d')
  t.is(names(sortPlugins([plugin('b', 'absent'), plugin('a')])), 'b a')
})

test('a cycle of plugins is listed', t => {
  const list = [plugin('x', 'a'), plugin('a', 'b'), plugin('b', 'a')]
  t.throws(() => sortPlugins(list), { code: 'PLUGIN_CYCLE', message: 'plugins wait for each other: a -> b -> a' })
  t.throws(() => sortPlugins([plugin('a', 'a')]), { message: 'plugins wait for each other: a -> a' })
})

test('a plugin that is listed twice is named', t => {
  t.throws(() => sortPlugins([plugin('a'), plugin('b'), plugin('a')]), { code: 'PLUGIN_LISTED_TWICE' })
})

test('every plugin comes once, after all plugins in its "after"', t => {
  const lists = fc.array(fc.array(fc.nat(19), { maxLength: 4 }), { maxLength: 20 })
  fc.assert(
    fc.property(lists, fc.infiniteStream(fc.nat()), (afters, order) => {
      const acyclic = afters.map((after, index) =>
        plugin(`p${index}`, ...after.filter(n => n < index).map(n => `p${n}`)),
      )
      const shuffled = acyclic.map(each => ({ each, at: order.next().value })).sort((a, b) => a.at - b.at)
      const sorted = sortPlugins(shuffled.map(({ each }) => each))
      t.is(new Set(sorted).size, acyclic.length)
      for (const [index, { after = [] }] of sorted.entries())
        for (const name of after) t.true(sorted.findIndex(other => other.name === name) < index)
    }),
  )
})
