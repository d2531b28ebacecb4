import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@bootwright/test-support'
import test from 'ava'
import { runIn } from './io.ts'
import { scratch } from './scratch.ts'

const SITE = `
name: P01
computers: { lab-17: { macAddresses: ["52:54:00:12:34:56"] } }
boundaries: { here: { ranges: [192.0.2.0/24], managementPoints: [https://mp2.example] } }
`
test('a site is created, served until it is interrupted, and administered', async t => {
  const folder = await scratch(t)
  const url = `https://127.0.0.1:${await freePort()}`
  const made = await runIn(folder, ['site', 'init', 'site', '--name', 'P01', '--url', url])
  t.is(made.code, 0, made.stderr)
  t.regex(made.stdout, /serve it +bootwright site serve site/)
  const again = await runIn(folder, ['site', 'init', 'site', '--name', 'P01', '--url', url])
  t.regex(again.stderr, /already contains a site/)
  await fs.writeFile(join(folder, 'site.yaml'), SITE)

  const stop = new AbortController()
  t.teardown(() => stop.abort())
  const serving = runIn(folder, ['site', 'serve', 'site', '--host', '127.0.0.1'], { signal: stop.signal })
  const ask = async (...args: string[]) => {
    for (let tries = 0; ; tries += 1) {
      const result = await runIn(folder, ['site', ...args])
      if (tries > 50 || !/cannot be reached/.test(result.stderr)) return result
    }
  }
  const trial = await ask('apply', 'site.yaml', '--dry-run')
  t.is(trial.stdout, '+ computers lab-17\n+ boundaries here\n', trial.stderr)
  t.is((await ask('apply', 'site.yaml')).stdout, trial.stdout)
  t.is((await ask('apply', 'site.yaml')).stdout, 'no changes\n')
  await fs.writeFile(join(folder, 'site.yaml'), SITE.replace('lab-17', 'lab-18').replace('mp2', 'mp3'))
  t.is((await ask('apply', 'site.yaml')).stdout, '+ computers lab-18\n~ boundaries here\n- computers lab-17\n')
  await fs.writeFile(
    join(folder, 'site.yaml'),
    'name: P01\ncomputer: {}\ndeployments: { a: { taskSequence: x, collection: nobody, purpose: required } }\n',
  )
  const wrong = await ask('apply', 'site.yaml')
  t.not(wrong.code, 0)
  t.regex(wrong.stderr, /Unrecognized key: "computer"/)
  t.is((await ask('media', 'list')).stdout, '')
  t.regex((await ask('media', 'block', 'nobody')).stderr, /medium nobody is not registered at this site/)
  t.is((await ask('status')).stdout, '')
  t.is((await ask('approve')).stdout, '')
  t.is((await ask('computers')).stdout, 'lab-18  never contacted the site  allComputers\n')
  t.is((await ask('sequences')).stdout, '')
  t.regex((await ask('page')).stdout, new RegExp(`^open ${url}/#code=[\\w-]+\n`))
  stop.abort()
  const { stdout } = await serving
  t.regex(stdout, new RegExp(`serving ${url} on port \\d+`))
})

test('the schema of site files is printed for editors', async t => {
  const { code, stdout } = await runIn(await scratch(t), ['site', 'schema'])
  t.is(code, 0)
  const { properties, required } = JSON.parse(stdout)
  t.deepEqual(required, ['name'])
  t.like(properties.clientAuthorities.items, { type: 'string' })
  t.is(properties.deployments.additionalProperties.properties.purpose.enum.length, 2)
})

test('missing and invalid inputs of a site are reported', async t => {
  const folder = await scratch(t)
  for (const [args, pattern] of [
    [['init', 'site', '--name', 'P01', '--url', 'mp.example'], /--url mp\.example: expected https/],
    [['serve', 'nowhere'], /administrator\.json cannot be read/],
    [['media', 'list'], /site\/administrator\.json cannot be read: ENOENT/],
    [['apply', 'nothing.yaml'], /nothing\.yaml cannot be read: ENOENT/],
  ] as const) {
    const { code, stderr } = await runIn(folder, ['site', ...args])
    t.is(code, 2, stderr)
    t.regex(stderr, pattern)
  }
})
