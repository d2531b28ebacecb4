import { randomUUID } from 'node:crypto'
import type { StatusMessage } from '@bootwright/site-protocol'
import { needs, whereIs } from '@bootwright/test-support'
import { computer, NOW, openTestSite, published, type TestSite } from '@bootwright/test-support/site'
import test, { type ExecutionContext } from 'ava'
import axe from 'axe-core'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const browses = needs(test, 'chromium')
const DAY = 24 * 60 * 60 * 1000

let browser: Browser
test.before(async () => {
  browser = await chromium.launch({ executablePath: whereIs('chromium')!, args: ['--no-sandbox'] })
})
test.after.always(() => browser?.close())

/** Opens the page of a site and signs in with a code. */
async function open(lab: TestSite, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB', ...options })
  const page = await context.newPage()
  const { code } = await lab.administrator.request('admit', {})
  await page.goto(`${lab.url}/#code=${code}`)
  await page.getByRole('heading', { level: 2 }).nth(1).waitFor()
  return page
}

/** Starts a run on a new computer. */
async function startRun(lab: TestSite, name: string) {
  const client = await lab.medium()
  const macAddresses = [`52:54:00:00:00:${String(name.charCodeAt(0)).padStart(2, '0').slice(-2)}`]
  const policy = await client.request('policy', {
    computer: computer({ uuid: randomUUID(), model: name, macAddresses }),
  })
  const run = randomUUID()
  let number = 0
  const time = NOW.toISOString()
  const report = async (event: StatusMessage['event'], more: Partial<StatusMessage> = {}): Promise<void> => {
    const common = { run, number, client: policy.client, deployment: 'lab', time }
    await client.request('status', { messages: [{ ...common, event, ...more }] })
    number += 1
  }
  await report('sequenceStarted')
  return { client, report, run, name: policy.client }
}
const apply = { number: 2, total: 4, name: 'Apply' }

async function openLab(): Promise<TestSite> {
  const lab = await openTestSite()
  await lab.administrator.request('publish', published())
  const deployments = { lab: { taskSequence: 'deploy', collection: 'unknownComputers', purpose: 'required' } }
  await lab.administrator.request('apply', { site: { name: 'P01', deployments }, isTrial: false })
  return lab
}

/** Asserts that a page passes the automated checks for WCAG 2.2 AA. */
async function checkAccessibility(t: ExecutionContext, page: Page): Promise<void> {
  // The content security policy blocks scripts added as elements.
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const global = globalThis as never as { readonly axe: typeof axe }
    const { violations: found } = await global.axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
  })
  t.deepEqual(violations, [])
}

browses('deployments are updated live, failures first, with the end of the log', async t => {
  await using lab = await openLab()
  const page = await open(lab)
  await page.getByText('No computer has run a task sequence').waitFor()

  const good = await startRun(lab, 'Good')
  await page.getByRole('heading', { name: /Running QEMU Good/ }).waitFor()
  await good.report('stepStarted', { step: apply })
  await page.getByText('Step 2 of 4: Apply').waitFor()
  const { run, client, name } = good
  const progress = { done: 1e9, total: 4e9, unit: 'bytes' as const, tail: ['reading debian.wim', '<b>applying</b>'] }
  await client.request('progress', { run, client: name, ...progress })
  await page.getByText('25 % · 1 GB / 4 GB').waitFor()
  t.is(await page.getByRole('progressbar').getAttribute('value'), '1.25')

  const bad = await startRun(lab, 'Bad')
  await bad.report('stepStarted', { step: apply })
  await bad.client.request('progress', { run: bad.run, client: bad.name, tail: ['cannot read sda'] })
  await bad.report('sequenceFailed', { step: apply, exitCode: 5, message: 'the disk is gone' })
  await page.getByRole('heading', { name: /Failed QEMU Bad/ }).waitFor()
  t.regex((await page.getByRole('heading', { level: 3 }).allTextContents())[0]!, /Bad/)
  t.is(await page.getByText(/failed, .*running/).textContent(), '1 failed, 1 running, 0 silent, 0 succeeded')
  await page.getByText('Step 2 of 4: Apply, exit code 5').waitFor()
  await page.getByText('the disk is gone').waitFor()

  // Opened by keyboard.
  await page.getByRole('listitem').filter({ hasText: 'Good' }).locator('summary').focus()
  await page.keyboard.press('Enter')
  const tail = page.getByRole('log')
  t.is(await tail.textContent(), 'reading debian.wim\n<b>applying</b>')
  await checkAccessibility(t, page)
  await page.getByRole('listitem').filter({ hasText: 'Bad' }).locator('summary').click()
  await page.getByText('cannot read sda').waitFor()
  await good.report('stepSucceeded', { step: apply, exitCode: 0 })
  await page.getByText('step succeeded').waitFor()
  await good.report('sequenceSucceeded')
  await page.getByText('1 failed, 0 running, 0 silent, 1 succeeded').waitFor()

  await page.getByLabel('Show').selectOption('succeeded')
  t.is(await page.getByRole('heading', { level: 3 }).count(), 1)
  await page.getByLabel('Search').fill('nothing like this')
  await page.getByText('No matching deployments').waitFor()
})

browses('media show when their certificates expire, and distribution points which contents they store', async t => {
  await using lab = await openLab()
  await lab.medium({ label: 'Soon', from: new Date(NOW.getTime() - DAY), to: new Date(NOW.getTime() + 3 * DAY) })
  await lab.medium({ label: 'Later', to: new Date(NOW.getTime() + 300 * DAY) })
  await lab.medium({ label: 'Lost', id: 'lost' })
  await lab.administrator.request('block', { id: 'lost', isBlocked: true })
  const page = await open(lab)
  const rowOf = (label: string) => page.getByRole('row').filter({ hasText: label })
  // Formatted for the browser's locale: 1 Dec 2026.
  t.regex((await rowOf('Soon').textContent())!, /expires in 3 days, on \d+ \w+ \d{4}/)
  t.regex((await rowOf('Later').textContent())!, /valid until /)
  t.regex((await rowOf('Lost').textContent())!, /blocked on /)
  // The contents were not sent there.
  await page.getByText('1 blob is missing, 3 byte').waitFor()
  t.regex((await rowOf('/content').textContent())!, /deploy1/)
  await checkAccessibility(t, page)
})

browses('the page fits a phone, in French and in dark mode', async t => {
  await using lab = await openLab()
  await startRun(lab, `Computer-with-a-name-${'that-does-not-end-'.repeat(8)}`)
  const viewport = { width: 360, height: 740 }
  const page = await open(lab, { viewport, isMobile: true, hasTouch: true, locale: 'fr-FR', colorScheme: 'dark' })
  await page.getByRole('heading', { name: 'Déploiements' }).waitFor()
  await page.getByText('1 en cours').waitFor()
  t.is(await page.locator('html').getAttribute('lang'), 'fr')
  const width = await page.evaluate('document.documentElement.scrollWidth')
  t.true((width as number) <= viewport.width, `${width} pixels wide`)
  await checkAccessibility(t, page)
  await page.getByLabel('Langue').selectOption('en')
  await page.getByRole('heading', { name: 'Deployments' }).waitFor()
})

browses('a code signs in one browser, read-only, until it signs out', async t => {
  await using lab = await openLab()
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto(lab.url)
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await checkAccessibility(t, page)
  const { code } = await lab.administrator.request('admit', {})
  // By keyboard.
  await page.getByLabel('Code').focus()
  await page.keyboard.type(code)
  await page.keyboard.press('Enter')
  await page.getByText('Live').waitFor()
  t.is(new URL(page.url()).hash, '')
  const statusOf = (path: string, init: object = {}) =>
    page.evaluate(async ([at, how]) => (await fetch(at as string, how as RequestInit)).status, [path, init])
  const json = { 'content-type': 'application/json' }
  t.is(await statusOf('/v1/overview'), 200)
  t.is(await statusOf('/v1/admin/media'), 401)
  t.is(
    await statusOf('/v1/admin/media/medium-1/block', { method: 'POST', headers: json, body: '{"isBlocked":true}' }),
    401,
  )
  t.is(await statusOf(`/v2/content/blobs/sha256:${'a'.repeat(64)}`), 401)
  const [cookie] = await context.cookies()
  t.like(cookie, { name: '__Host-session', httpOnly: true, secure: true, sameSite: 'Strict' })

  const other = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage()
  await other.goto(`${lab.url}/#code=${code}`)
  await other.getByRole('alert').waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await context.addCookies([cookie!])
  t.is(await statusOf('/v1/overview'), 401)
})

browses('a page that loses its connection says so and reconnects', async t => {
  await using lab = await openLab()
  const page = await open(lab)
  await page.getByText('Live').waitFor()
  await lab.stop()
  await page.getByText('Disconnected').waitFor()
  await lab.start()
  await page.getByText('Live').waitFor()
  const run = await startRun(lab, 'Again')
  await page.getByRole('heading', { name: /Running QEMU Again/ }).waitFor()
  t.truthy(run)
})
