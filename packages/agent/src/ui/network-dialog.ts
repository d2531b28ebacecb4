import { isIP } from 'node:net'
import { isProxy, type NetworkSettings } from '../computer/network/settings.ts'
import type { Computer } from './computer.ts'

/** Prompts for an address and a proxy. An empty address means DHCP; an empty proxy means none. */
export async function promptForNetwork({
  terminal,
  report,
}: Pick<Computer, 'terminal' | 'report'>): Promise<NetworkSettings> {
  const messages = report.messages()
  const prompt = async (question: string, isValid: (text: string) => boolean): Promise<string> => {
    for (;;) {
      terminal.print(question)
      const text = (await terminal.readLine()).trim()
      if (text === '' || isValid(text)) return text
      // The input is not logged: it may contain a password.
      report.print('warn', 'networkInvalid')
    }
  }
  const areAddresses = (text: string): boolean => parts(text).every(each => isIP(each) !== 0)
  const address = await prompt(messages.addressPrompt(), isPrefixed)
  const gateway = address === '' ? '' : await prompt(messages.gatewayPrompt(), text => isIP(text) !== 0)
  const dnsServers = address === '' ? '' : await prompt(messages.dnsPrompt(), areAddresses)
  const proxy = await prompt(messages.proxyPrompt(), isProxy)
  const adapter = { addresses: [address], gateways: parts(gateway), dnsServers: parts(dnsServers) }
  return { adapters: address === '' ? [] : [adapter], ...(proxy !== '' && { proxy }) }
}

const parts = (text: string): readonly string[] => text.split(/[,\s]+/).filter(Boolean)

/** `192.0.2.10/24`, `2001:db8::10/64`. */
function isPrefixed(text: string): boolean {
  const [address = '', bits] = text.split('/')
  const version = isIP(address)
  return version !== 0 && bits !== undefined && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
}
