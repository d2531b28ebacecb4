import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { AgentError } from '../errors.ts'
import { ownAdapters } from '../own-adapters.ts'
import type { Programs } from '../programs.ts'

/** The boot image's script that sets what DHCP says; an installed system has none. */
const SCRIPT = '/usr/lib/bootwright/dhcp'
/** How often DHCP is asked, and how long for an answer. Seconds. */
const TRIES = 5
const PATIENCE = 3

/** Has every network card ask for an address that has none. `sys` is `/sys/class/net`. Throws {@link AgentError} `NETWORK_MISSING`. */
export async function connectNetwork(programs: Pick<Programs, 'run'>, sys: string): Promise<void> {
  if (isConnected() || !existsSync(SCRIPT)) return
  const names = await readdir(sys).catch((): string[] => [])
  const cards = names.filter(name => existsSync(join(sys, name, 'device')))
  await Promise.all(cards.map(card => askForAddress(programs, card)))
  if (isConnected()) return
  throw new AgentError(
    'NETWORK_MISSING',
    cards.length === 0
      ? 'this computer has no network card that the boot image knows'
      : `no network answers at ${cards.join(', ')}: is the cable in, and is there a DHCP server?`,
  )
}

const isConnected = (): boolean => ownAdapters(networkInterfaces()).ipAddresses.some(each => !/^fe80:/i.test(each))

async function askForAddress(programs: Pick<Programs, 'run'>, card: string): Promise<void> {
  await programs.run('ip', ['link', 'set', 'dev', card, 'up'])
  await programs.run('udhcpc', ['-i', card, '-n', '-t', String(TRIES), '-T', String(PATIENCE), '-s', SCRIPT])
}
