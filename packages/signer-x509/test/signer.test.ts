import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Entry, readText, type Tree } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import { fakeMediaType, harness, memoryTarget } from '@bootwright/testkit'
import anyTest, { type TestFn } from 'ava'
import x509 from '../src/index.ts'

const test = needs(anyTest as TestFn, 'openssl')
const keys = scratch()
const openssl = (command: string): string =>
  execFileSync('openssl', command.split(' '), { cwd: keys, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

test.before(() => {
  openssl('req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Root -days 3650')
  for (const [name, key] of [
    ['rsa', 'rsa:2048'],
    ['ec', 'ec -pkeyopt ec_paramgen_curve:P-256'],
  ]) {
    openssl(`req -newkey ${key} -nodes -keyout ${name}.key -out ${name}.csr -subj /CN=${name}`)
    openssl(`x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -out ${name}.pem`)
  }
  openssl('pkcs8 -topk8 -in ec.key -passout pass:geheim99 -out locked.key')
  openssl('pkcs12 -export -in rsa.pem -inkey rsa.key -certfile ca.pem -passout pass:geheim99 -out rsa.p12')
})

const open = (signers: readonly object[], folder?: string) =>
  harness({
    plugins: [fakeMediaType(), memoryTarget().plugin, x509],
    definition: { media: { lab: { type: 'plain', targets: ['memory'], signers } } },
    env: { PASSWORD: 'geheim99' },
    ...(folder !== undefined && { folder }),
  })
const at = (name: string): string => join(keys, name)
const contentOf = (tree: Tree, path: string): NonNullable<Extract<Entry, { kind: 'file' }>['content']> => {
  const entry = tree.get(path)
  if (entry?.kind !== 'file') throw new Error(`no file ${path}`)
  return entry.content
}

/** Throws what openssl says against the signature on the medium. */
async function opensslVerifies(tree: Tree): Promise<void> {
  const folder = scratch()
  const manifest = await readText(contentOf(tree, 'bootwright/manifest.json'))
  const [segment] = contentOf(tree, 'bootwright/manifest.json.p7s').segments()
  writeFileSync(join(folder, 'manifest'), manifest)
  writeFileSync(join(folder, 'p7s'), segment?.kind === 'memory' ? segment.data : '')
  const verify = (content: string): string =>
    openssl(
      `cms -verify -binary -inform DER -in ${folder}/p7s -content ${folder}/${content} -CAfile ca.pem -purpose any -out /dev/null`,
    )
  verify('manifest')
  writeFileSync(join(folder, 'changed'), manifest.replace('"serial": 0', '"serial": 1'))
  try {
    verify('changed')
  } catch {
    return
  }
  throw new Error('openssl accepts a changed manifest')
}

const WAYS: Readonly<Record<string, readonly object[]>> = {
  'a PKCS#12 file': [{ x509: { pkcs12: at('rsa.p12'), password: { env: 'PASSWORD' } } }],
  'PEM files': [{ x509: { certificate: at('ec.pem'), key: at('ec.key') } }],
  'a key under a password': [
    { x509: { certificate: at('ec.pem'), key: at('locked.key'), password: { env: 'PASSWORD' } } },
  ],
  'two signers': [
    { x509: { certificate: at('ec.pem'), key: at('ec.key') } },
    { x509: { certificate: at('rsa.pem'), key: at('rsa.key') } },
  ],
}
for (const [name, signers] of Object.entries(WAYS))
  test(`openssl accepts a medium signed by ${name}, and it is signed alike the next time`, async t => {
    await using kit = await open(signers)
    const [first] = await kit.session.build()
    await t.notThrowsAsync(opensslVerifies(first!.tree))
    const signature = await readText(contentOf(first!.tree, 'bootwright/manifest.json.p7s'))
    const [again] = await kit.session.build()
    t.is(await readText(contentOf(again!.tree, 'bootwright/manifest.json.p7s')), signature)
  })

test('a key that never comes here signs between two runs', async t => {
  const folder = scratch()
  const signature = join(folder, 'lab.sig')
  const signers = [{ x509: { certificate: at('ec.pem'), signature: 'lab.sig' } }]
  await using kit = await open(signers, folder)
  await kit.session.plan()
  t.false(existsSync(`${signature}.tbs`))
  const error = await t.throwsAsync(kit.session.build(), { code: 'SIGNATURE_PENDING' })
  t.regex(error!.message, /build again/)
  t.true(kit.logged('warn').some(message => message.includes(`openssl dgst -sha256 -sign KEY -out ${signature}`)))

  openssl(`dgst -sha256 -sign ec.key -out ${signature} ${signature}.tbs`)
  const [built] = await kit.session.build()
  await t.notThrowsAsync(opensslVerifies(built!.tree))
  await using here = await open([{ x509: { certificate: at('ec.pem'), key: at('ec.key') } }], folder)
  const [other] = await here.session.build()
  const isSignature = (path: string): boolean => path.endsWith('.p7s') || path.endsWith('manifest.json')
  t.deepEqual(
    [...built!.tree.keys()].filter(path => !isSignature(path)),
    [...other!.tree.keys()].filter(path => !isSignature(path)),
  )

  writeFileSync(signature, readFileSync(signature).toString('base64'))
  await t.notThrowsAsync(kit.session.build())
  openssl(`dgst -sha256 -sign rsa.key -out ${signature} ${signature}.tbs`)
  t.like(await t.throwsAsync(kit.session.build()), { cause: { code: 'SIGNATURE_WRONG' } })
})

test('what cannot be read, or does not belong together, is said', async t => {
  const messageOf = async (options: object): Promise<string> => {
    await using kit = await open([{ x509: options }])
    return (await t.throwsAsync(kit.session.build()))!.message
  }
  t.regex(await messageOf({ certificate: 'gone.pem', key: 'gone.key' }), /cannot read gone\.pem: ENOENT/)
  t.regex(await messageOf({ certificate: at('ec.pem'), key: at('rsa.key') }), /does not belong to the certificate/)
  t.regex(
    await messageOf({ certificate: at('ec.pem'), key: at('locked.key'), password: 'wrong-one' }),
    /not a PEM private key/,
  )
})
