import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StepContext } from '@bootwright/api'
import { exists } from '../exists.ts'
import type { Link } from '../link.ts'

const SYS = '/sys/class'

/** The kernel shows a TPM that firmware has enabled; one that is disabled is not there. */
export const hasTpm = async (sys: string = SYS): Promise<boolean> => (await names(join(sys, 'tpm'))).length > 0

/** A computer without any power supply that says so has no battery either. */
export async function onMains(sys: string = SYS): Promise<boolean> {
  const supplies = await Promise.all(
    (await names(join(sys, 'power_supply'))).map(async name => ({
      type: await text(join(sys, 'power_supply', name, 'type')),
      isOnline: (await text(join(sys, 'power_supply', name, 'online'))) === '1',
    })),
  )
  const mains = supplies.filter(({ type }) => type === 'Mains' || type === 'USB')
  return mains.length === 0 ? !supplies.some(({ type }) => type === 'Battery') : mains.some(({ isOnline }) => isOnline)
}

/** How long a card may take to find its network. */
const PATIENCE_SECONDS = 5

/** Cards only: what has no device below it is made by software. A card that is down is brought up, because it says nothing before. */
export async function linksOf({ run }: Pick<StepContext, 'run'>, sys: string = SYS): Promise<readonly Link[]> {
  const cards: string[] = []
  for (const name of await names(join(sys, 'net'))) if (await exists(join(sys, 'net', name, 'device'))) cards.push(name)
  for (const name of cards) await run('ip', ['link', 'set', 'dev', name, 'up'])
  const isConnected = async (name: string): Promise<boolean> => (await text(join(sys, 'net', name, 'carrier'))) === '1'
  for (let waited = 0; waited < PATIENCE_SECONDS * 10; waited += 1) {
    const connected = await Promise.all(cards.map(isConnected))
    if (connected.every(Boolean)) break
    await sleep(100)
  }
  const links: Link[] = []
  for (const name of cards) {
    const own = join(sys, 'net', name)
    const isWireless = (await exists(join(own, 'wireless'))) || (await exists(join(own, 'phy80211')))
    if (await isConnected(name)) links.push({ name, isWired: !isWireless })
  }
  return links
}

const names = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])
const text = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')).trim()
