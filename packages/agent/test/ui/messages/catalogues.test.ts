import test from 'ava'
import type { MessageName } from '../../../src/ui/messages/catalogue.ts'
import { catalogues } from '../../../src/ui/messages/catalogues.ts'

/** Replaces every parameter by its name. */
const about: object = new Proxy(
  {},
  {
    get: (_, name) =>
      ['lines', 'urls', 'searched', 'devices'].includes(String(name)) ? ['<list>'] : `<${String(name)}>`,
  },
)
const textOf = (language: 'en' | 'fr', name: MessageName): string => {
  const text = (catalogues[language][name] as (about: object) => string | { key: string; text: string })(about)
  return typeof text === 'string' ? text : text.text
}
const names = Object.keys(catalogues.en) as MessageName[]

test('every language states the same facts', t => {
  const facts = (text: string): string[] => [...new Set(text.match(/<\w+>/g))].sort()
  for (const name of names) t.deepEqual(facts(textOf('fr', name)), facts(textOf('en', name)), name)
})
test('every text with words is translated', t => {
  const same = names.filter(name => textOf('fr', name) === textOf('en', name))
  t.deepEqual(
    same,
    ['descriptorInvalid', 'medium', 'stepStarted', 'stepMessage'].filter(name => same.includes(name as MessageName)),
  )
})
test('the keys of a menu differ within a language', t => {
  for (const { retry, reboot, powerOff, shell } of Object.values(catalogues))
    t.is(new Set([retry(), reboot(), powerOff(), shell()].map(({ key }) => key)).size, 4)
})
