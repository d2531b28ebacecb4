import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { runIn } from './io.ts'
import { medium, scratch } from './scratch.ts'

const SEQUENCE = 'name: Deploy\nsteps:\n  - runCommandLine: echo hello\n  - group:\n      - restartComputer:\n'

test('a sequence is checked without a definition, by the steps that have the names of the field', async t => {
  const folder = await scratch(t)
  await fs.writeFile(join(folder, 'deploy.yaml'), SEQUENCE)
  const { code, stdout } = await runIn(folder, ['sequence', 'check', 'deploy.yaml'])
  t.is(code, 0)
  t.is(stdout, 'deploy.yaml: "Deploy", 2 steps, no findings\n')
})
test('every mistake in a sequence is reported with its position, and the exit code is not 0', async t => {
  const folder = await scratch(t, { lab: medium })
  await fs.writeFile(join(folder, 'deploy.yaml'), SEQUENCE.replace('restartComputer', 'restartComputr'))
  const { code, stderr } = await runIn(folder, ['sequence', 'check', 'deploy.yaml'], { env: { DOMAIN_PASSWORD: 'x' } })
  t.is(code, 2)
  t.regex(stderr, /deploy\.yaml:5:\d+ steps\[1\]\.group\[0\]: no step "restartComputr"; did you mean "restartComputer"/)
})
test('steps are listed, and one is described from its schema', async t => {
  const folder = await scratch(t)
  const { stdout } = await runIn(folder, ['sequence', 'steps'])
  t.regex(stdout, /^formatAndPartitionDisk +Creates a new partition table/m)
  const one = await runIn(folder, ['sequence', 'steps', 'applyOperatingSystemImage'])
  t.regex(one.stdout, /^ {4}image +text; required; A name under operatingSystemImages$/m)
  t.regex(one.stdout, /^ {4}OSDImageIndex +Overrides `index`$/m)
  const wrong = await runIn(folder, ['sequence', 'steps', 'applyOS'])
  t.is(wrong.code, 2)
  t.regex(wrong.stderr, /unknown step "applyOS"/)
})
