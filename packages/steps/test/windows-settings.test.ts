import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import { DOMParser } from '@xmldom/xmldom'
import test from 'ava'
import { applyWindowsSettings as step } from '../src/definitions/apply-windows-settings.ts'
import applyDriverPackage from '../src/programs/apply-driver-package.ts'
import applyNetworkSettings from '../src/programs/apply-network-settings.ts'
import applyWindowsSettings from '../src/programs/apply-windows-settings.ts'
import { fakeContext } from './fake-context.ts'

const variables = { OSDTargetSystemDrive: 'PARTUUID=1' }
async function windows(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = scratch()
  await mkdir(join(root, 'Windows/System32'), { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}
const answers = (root: string): Promise<string> => readFile(join(root, 'Windows/Panther/unattend.xml'), 'utf8')
const options = async (written: object) => {
  const result = await step.schema['~standard'].validate(written)
  if (result.issues) throw new Error(result.issues[0]!.message)
  return result.value
}
/** Text of the element at a path of names, the first of each. */
function textAt(xml: string, ...path: readonly string[]): string | undefined {
  let at = new DOMParser().parseFromString(xml, 'text/xml').documentElement!
  for (const name of path) {
    const [tag, attribute] = name.split('=') as [string, string | undefined]
    const found = [...at.childNodes].filter(node => node.nodeType === 1) as (typeof at)[]
    const next = found.find(
      each =>
        each.localName === tag &&
        (attribute === undefined || [...each.attributes].some(({ value }) => value === attribute)),
    )
    if (!next) return undefined
    at = next
  }
  return at.textContent ?? undefined
}
const SHELL = 'component=Microsoft-Windows-Shell-Setup'

test('Windows gets its answers, and passwords are not readable at a glance', async t => {
  const root = await windows()
  const context = fakeContext({ root, variables: { ...variables, OSDComputerName: 'PC-7' } })
  await applyWindowsSettings.run(
    {
      organization: 'Ink & <Paper>',
      timeZone: 'W. Europe Standard Time',
      inputLocale: '040c:0000040c',
      // On the target a secret is its text.
      administratorPassword: { secret: 'Tr0ub4dor' } as never,
      users: [{ name: 'ada', password: { secret: 'Engine' } as never, groups: ['Administrators'] }],
    },
    context,
  )
  const xml = await answers(root)
  t.is(textAt(xml, 'settings=specialize', SHELL, 'ComputerName'), 'PC-7')
  t.is(textAt(xml, 'settings=specialize', SHELL, 'RegisteredOrganization'), 'Ink & <Paper>')
  t.is(
    textAt(xml, 'settings=oobeSystem', 'component=Microsoft-Windows-International-Core', 'InputLocale'),
    '040c:0000040c',
  )
  const password = textAt(xml, 'settings=oobeSystem', SHELL, 'UserAccounts', 'AdministratorPassword', 'Value')!
  t.is(Buffer.from(password, 'base64').toString('utf16le'), 'Tr0ub4dorAdministratorPassword')
  t.is(
    textAt(xml, 'settings=oobeSystem', SHELL, 'UserAccounts', 'LocalAccounts', 'LocalAccount', 'Group'),
    'Administrators',
  )
  t.false(xml.includes('Tr0ub4dor'))
})

test('an answer file of one’s own keeps what it says, its variables are replaced, and settings win', async t => {
  const root = await windows()
  const own = [
    '<?xml version="1.0"?><unattend xmlns="urn:schemas-microsoft-com:unattend"><settings pass="specialize">',
    '<component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">',
    '<ComputerName>old</ComputerName><OEMName>%OWNER%</OEMName><CopyProfile>true</CopyProfile></component></settings></unattend>',
  ].join('')
  const context = fakeContext({ root, variables: { ...variables, OWNER: 'A & B' } })
  await applyWindowsSettings.run(await options({ computerName: 'new', answerFile: own }), context)
  const xml = await answers(root)
  t.is(textAt(xml, 'settings=specialize', SHELL, 'ComputerName'), 'new')
  t.is(textAt(xml, 'settings=specialize', SHELL, 'OEMName'), 'A & B')
  t.is(textAt(xml, 'settings=specialize', SHELL, 'CopyProfile'), 'true')
  t.is(context.variables.get('OSDComputerName'), 'new')
  await t.throwsAsync(applyWindowsSettings.run(await options({ answerFile: '<unattend/>' }), context), {
    message: /begins with <unattend>; expected <unattend xmlns=/,
  })
  await t.throwsAsync(applyWindowsSettings.run(await options({ answerFile: 'ComputerName=x' }), context), {
    message: /the answer file is no XML/,
  })
})

test('names that no computer can have are refused', async t => {
  for (const computerName of ['12345', 'a-name-with-20-letters', 'under_score'])
    await t.throwsAsync(options({ computerName }), { message: /expected a computer name/ })
  await t.notThrowsAsync(options({ computerName: '%NAME%' }))
})

test('a step for Windows says what it found instead', async t => {
  const root = scratch()
  await mkdir(join(root, 'etc'), { recursive: true })
  await writeFile(join(root, 'etc/os-release'), 'PRETTY_NAME="Debian 12"\n')
  await t.throwsAsync(applyWindowsSettings.run(await options({}), fakeContext({ root, variables })), {
    message: 'this step is for Windows, and Debian 12 is on PARTUUID=1',
  })
})

test('drivers: DISM from Windows PE; from Linux they wait until Windows is set up', async t => {
  const files = ['net/e1d.inf', 'net/e1d.sys', 'disk.inf']
  const folder = scratch()
  await mkdir(join(folder, 'net'))
  for (const file of files) await writeFile(join(folder, file), '')
  const content = { files, copy: async () => folder }
  const root = await windows()
  const pe = fakeContext({ root, platform: 'windows', variables: { OSDTargetSystemDrive: 'C:' }, content })
  await applyDriverPackage.run({ driverPackage: 'Dell 7440', recurse: true, unsigned: false }, pe)
  t.deepEqual(pe.ran.at(-1), {
    command: 'dism',
    args: ['/English', '/Image:C:\\', '/Add-Driver', `/Driver:${folder}`, '/Recurse'],
  })
  const linux = fakeContext({ root, variables, content })
  for (let again = 0; again < 2; again += 1)
    await applyDriverPackage.run({ driverPackage: 'Dell 7440', recurse: true, unsigned: false }, linux)
  const commands = ['settings=specialize', 'component=Microsoft-Windows-Deployment', 'RunSynchronous']
  t.is(
    textAt(await answers(root), ...commands, 'RunSynchronousCommand', 'Path'),
    'cmd.exe /c pnputil.exe /add-driver "%SystemRoot%\\Temp\\Bootwright\\Drivers\\Dell 7440\\*.inf" /subdirs /install & exit /b 0',
  )
  t.is((await answers(root)).split('<RunSynchronousCommand ').length, 2)
  await t.notThrowsAsync(readFile(join(root, 'Windows/Temp/Bootwright/Drivers/Dell 7440/net/e1d.sys')))
  await t.throwsAsync(
    applyDriverPackage.run(
      { driverPackage: 'empty', recurse: true, unsigned: false },
      fakeContext({ root, variables, content: { files: ['readme.txt'] } }),
    ),
    { message: /has no .inf file/ },
  )
})

test('the network of Windows is in the answer file, with the domain', async t => {
  const root = await windows()
  const adapter = {
    macAddress: '52:54:00:aa:bb:cc',
    addresses: ['192.0.2.10/24'],
    gateways: ['192.0.2.1'],
    dnsServers: ['192.0.2.53'],
  }
  await applyNetworkSettings.run({ adapters: [adapter] }, fakeContext({ root, variables }))
  const xml = await answers(root)
  const at = (component: string, ...path: string[]) =>
    textAt(xml, 'settings=specialize', `component=${component}`, 'Interfaces', 'Interface', ...path)
  t.is(at('Microsoft-Windows-TCPIP', 'Identifier'), '52-54-00-AA-BB-CC')
  t.is(at('Microsoft-Windows-TCPIP', 'UnicastIpAddresses', 'IpAddress'), '192.0.2.10/24')
  t.is(at('Microsoft-Windows-TCPIP', 'Routes', 'Route', 'NextHopAddress'), '192.0.2.1')
  t.is(at('Microsoft-Windows-DNS-Client', 'DNSServerSearchOrder', 'IpAddress'), '192.0.2.53')
})
