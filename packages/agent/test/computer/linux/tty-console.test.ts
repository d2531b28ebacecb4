import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { needs, scratch, whereIs } from '@bootwright/test-support'
import test from 'ava'
import { linuxPrograms } from '../../../src/computer/linux/programs.ts'
import { openTty } from '../../../src/computer/linux/tty-console.ts'

test('a missing device and a file that is not a terminal are refused', t => {
  t.throws(() => openTty('/nowhere/tty'), { code: 'ENOENT' })
  t.throws(() => openTty('/dev/null'))
})
needs(test, 'script')('a terminal shows output and passes keys as they are pressed, without echo', async t => {
  // The terminal lasts as long as the program on it, and that one as long as this folder.
  const folder = scratch()
  let other = ''
  const events = new EventTarget()
  const { program, waitFor } = (() => {
    const program = linuxPrograms(whereIs('script')).start({
      command: 'echo "<$(tty)>"; while [ -d "$FOLDER" ]; do sleep 0.1; done',
      folder: '/',
      environment: { PATH: process.env.PATH!, FOLDER: folder },
      onOutput(text) {
        other += text
        events.dispatchEvent(new Event('change'))
      },
    })
    const waitFor = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const match = pattern.exec(other)
        if (match) return match
        await once(events, 'change')
      }
    }
    return { program, waitFor }
  })()
  const path = (await waitFor(/<(.*)>/))[1]!
  const console = openTty(path)
  const keys = new Promise<string>((resolve, reject) => console.listen({ input: resolve, lost: reject }))
  console.write('première ligne\nsecond line\n')
  await console.flush()
  await waitFor(/première ligne\r\nsecond line\r\n/)
  program.type('é')
  t.is(await keys, 'é')
  t.notRegex(other, /lineé|\né/)
  console.close()
  console.write('nobody sees this')
  await console.flush()
  t.notRegex(other, /nobody/)
  rmSync(folder, { recursive: true })
  t.is(await program.exit, 0)
})
