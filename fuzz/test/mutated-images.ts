import type { TestFn } from 'ava'
import { formats } from '../src/formats.ts'
import { fuzz } from '../src/fuzz.ts'

export function readsOrRefuses(test: TestFn, count: number): void {
  for (const format of Object.keys(formats))
    test.serial(`${count} mutated images of ${format} are read or refused, and nothing else`, async t => {
      const { read, refused, findings } = await fuzz({ format, seed: 20_261_125, first: 0, count })
      t.deepEqual(findings, [])
      t.is(read + refused, count)
      t.true(refused > count / 20, `only ${refused} were refused: the mutations miss what matters`)
    })
}
