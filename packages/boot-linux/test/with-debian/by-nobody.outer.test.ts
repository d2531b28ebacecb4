import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { byNobody } from './by-nobody.ts'
import { digestsOf, planMedium } from './make-medium.ts'

const debian = needs(test, 'apt-get')

debian('an unprivileged user without a content library builds the same medium byte for byte', async t => {
  // Both plans start without a content library.
  const { tree } = await planMedium(scratch())
  const { file, args, folder, isUnprivileged } = byNobody(fileURLToPath(new URL('make-medium.ts', import.meta.url)))
  if (!isUnprivileged) t.log('the user nobody cannot read this checkout: built as root')
  const env = { ...process.env, HOME: folder, TMPDIR: folder }
  const { stdout } = await promisify(execFile)(file, [...args, folder], { env, cwd: folder })
  t.deepEqual(JSON.parse(stdout), await digestsOf(tree))
})
