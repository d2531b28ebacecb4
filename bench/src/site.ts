// A site under load: clients that ask for their policy while others download, and nginx serving the same file to the same downloaders.
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createSelfSigned } from '@bootwright/medium-format/certificates'
import { type Credentials, initSite, issue } from '@bootwright/site'
import { blobUrl, openConnection, openSiteClient, type SiteAccess, writeBlob } from '@bootwright/site-protocol'

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '500' },
    downloads: { type: 'string', default: '50' },
    size: { type: 'string', default: '128' },
    seconds: { type: 'string', default: '20' },
  },
})
const [clients, downloads] = [Number(values.clients), Number(values.downloads)]
const [size, seconds] = [Number(values.size) << 20, Number(values.seconds)]
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'bootwright-bench-'))
const [port, nginxPort] = [18_443, 18_444]
const url = `https://127.0.0.1:${port}`
const contentUrl = 'https://127.0.0.1:18445/content'
const running: ChildProcess[] = []
process.on('exit', () => running.forEach(each => void each.kill('SIGKILL')))

await initSite({ folder: join(folder, 'site'), name: 'P01', url, now: new Date() })
const access: SiteAccess = JSON.parse(readFileSync(join(folder, 'site/administrator.json'), 'utf8'))
const authority: Credentials = JSON.parse(readFileSync(join(folder, 'site/root.json'), 'utf8'))
const server = spawn(
  process.execPath,
  [join(root, 'scripts/bootwright.mjs'), 'site', 'serve', join(folder, 'site'), '--content-port', '18445'],
  {
    stdio: ['ignore', 'pipe', 'inherit'],
  },
)
running.push(server)
await once(server.stdout, 'data')
await sleep(3000)

const day = 86_400_000
const medium = await createSelfSigned({
  label: 'Bench',
  id: 'bench',
  from: new Date(Date.now() - day),
  to: new Date(Date.now() + day),
})
const data = randomBytes(size)
const sha256 = createHash('sha256').update(data).digest('hex')
writeFileSync(join(folder, 'file'), data)
using administrator = openSiteClient(url, { authorities: access.authorities, identity: access })
{
  using connection = openConnection({ authorities: access.authorities, identity: access })
  const read = (from: number, to: number) => Readable.from([data.subarray(from, to)])
  await writeBlob(connection, contentUrl, { sha256, size, read })
}
const contents = [{ kind: 'package' as const, name: 'a', files: [{ path: 'a', size, sha256 }] }]
const steps = { sha256, size }
await administrator.request('publish', {
  name: 'deploy',
  platform: 'linux',
  architecture: 'x64',
  sequence: {},
  variables: {},
  steps,
  contents,
})
const deployment = { taskSequence: 'deploy', collection: 'unknownComputers', purpose: 'required' }
await administrator.request('apply', { site: { name: 'P01', deployments: { lab: deployment } }, isTrial: false })
const about = { id: 'bench', name: 'bench', type: 'bootable', label: 'Bench', unknownComputers: true }
await administrator.request('register', { ...about, certificate: medium.certificate })

{
  using client = openSiteClient(url, { authorities: access.authorities, identity: medium })
  const words = { make: '', model: '', serialNumber: '', assetTag: '', architecture: 'x64' as const }
  const computer = { uuid: randomUUID(), macAddresses: [], ipAddresses: [], ...words }
  const policy = await client.request('policy', { computer })
  await client.request('sequence', { id: 'lab', client: policy.client, revision: 1 })
}

const files = { certificate: join(folder, 'medium.pem'), key: join(folder, 'medium.key') }
writeFileSync(files.certificate, medium.certificate)
writeFileSync(files.key, medium.key)
const own = await issue(authority, { subject: '127.0.0.1', use: 'server', hosts: ['127.0.0.1'], now: new Date() })
writeFileSync(join(folder, 'server.pem'), own.certificate)
writeFileSync(join(folder, 'server.key'), own.key)
writeFileSync(
  join(folder, 'nginx.conf'),
  `user root; worker_processes auto; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 1024; }
http { access_log off; sendfile on; server { listen 127.0.0.1:${nginxPort} ssl; root ${folder};
ssl_certificate ${folder}/server.pem; ssl_certificate_key ${folder}/server.key; ssl_verify_client optional_no_ca; } }
`,
)
running.push(spawn('nginx', ['-c', join(folder, 'nginx.conf')], { stdio: 'ignore' }))
await sleep(500)

/** MB/s of all together. */
async function download(from: string): Promise<number> {
  const began = performance.now()
  const each = Array.from({ length: downloads }, () => ['-o', '/dev/null', from]).flat()
  // One process, as 50 of them would be what is measured on a small machine.
  const args = ['-sSf', '-k', '-Z', '--parallel-max', String(downloads), '--http1.1', '--no-progress-meter', ...each]
  const credentials = ['--cert', files.certificate, '--key', files.key]
  const [code] = await once(
    spawn('curl', [...credentials, ...args], { stdio: ['ignore', 'ignore', 'inherit'] }),
    'close',
  )
  if (code !== 0) throw new Error(`curl ${from}: ${code}`)
  return (downloads * size) / 1e3 / (performance.now() - began)
}

/** Milliseconds of each answer: the first of each client, with its handshake, and the others. */
async function askPolicies(isOver: () => boolean): Promise<readonly [number[], number[]]> {
  const first: number[] = []
  const others: number[] = []
  const one = async (index: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, ca: [...access.authorities], cert: medium.certificate, key: medium.key })
    const mac = `52:54:00:00:${(index >> 8).toString(16).padStart(2, '0')}:${(index & 255).toString(16).padStart(2, '0')}`
    const words = { make: 'QEMU', model: 'PC', serialNumber: '', assetTag: '', architecture: 'x64' }
    const body = JSON.stringify({ computer: { uuid: randomUUID(), macAddresses: [mac], ipAddresses: [], ...words } })
    // As computers do, they do not all ask in the same moment.
    await sleep(Math.random() * ARRIVAL)
    let times = first
    while (!isOver()) {
      const began = performance.now()
      await new Promise<void>((done, fail) => {
        const headers = { 'content-type': 'application/json', 'content-length': body.length }
        request(`${url}/v1/policy`, { method: 'POST', agent, headers }, response => {
          response.on('end', () => (response.statusCode === 200 ? done() : fail(new Error(`${response.statusCode}`))))
          response.resume()
        })
          .on('error', fail)
          .end(body)
      })
      times.push(performance.now() - began)
      times = others
      await sleep(4000 + Math.random() * 2000)
    }
    agent.destroy()
  }
  await Promise.all(Array.from({ length: clients }, (_, index) => one(index)))
  const sorted = (times: number[]): number[] => times.sort((a, b) => a - b)
  return [sorted(first), sorted(others)]
}
/** Within which all clients come. Milliseconds. */
const ARRIVAL = 10_000

/** Milliseconds. */
const SAMPLE = 15_000
const memory = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) / 1024
const at = (times: readonly number[], share: number): string =>
  `${times[Math.floor((times.length - 1) * share)]!.toFixed(0)} ms`

const blob = blobUrl(contentUrl, sha256)
const before = memory()
for (let round = 1; round <= 3; round += 1) {
  const [ours, theirs] = [await download(blob), await download(`https://127.0.0.1:${nginxPort}/file`)]
  console.log(
    `${downloads} downloads: ${ours.toFixed(0)} MB/s, nginx ${theirs.toFixed(0)} MB/s, ${(ours / theirs).toFixed(2)} x`,
  )
}
let isOver = false
const asking = askPolicies(() => isOver)
const rates: number[] = []
const held: number[] = []
const sampling = setInterval(() => held.push(memory()), SAMPLE)
for (const end = performance.now() + seconds * 1000; performance.now() < end; ) rates.push(await download(blob))
isOver = true
clearInterval(sampling)
const [first, others] = await asking
for (const [what, times] of [
  ['with a new connection', first],
  ['on one that is open', others],
] as const)
  console.log(
    `${times.length} policies ${what}, none refused: median ${at(times, 0.5)}, 99 % ${at(times, 0.99)}, longest ${at(times, 1)}`,
  )
console.log(`meanwhile ${downloads} downloads: ${rates.map(each => each.toFixed(0)).join(', ')} MB/s`)
console.log(
  `memory of the server: ${before.toFixed(0)} MB before, ${memory().toFixed(0)} MB after; every ${SAMPLE / 1000} s: ${held.map(each => each.toFixed(0)).join(', ')}`,
)
process.exit(0)
