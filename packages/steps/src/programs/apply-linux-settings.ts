import { access, chown, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext, StepProgram } from '@bootwright/api'
import type { ApplyLinuxSettingsOptions, UserOptions } from '../definitions/apply-linux-settings.ts'
import { deployedSystem } from './deployed-system.ts'
import { exists } from './exists.ts'
import { type Chroot, chroot } from './linux/chroot.ts'
import { revealed } from './secret.ts'

const program: StepProgram<ApplyLinuxSettingsOptions> = {
  async run(options, context) {
    const { variables } = context
    const { root } = await deployedSystem(context)
    const name = variables.get('OSDComputerName') ?? options.computerName
    if (name !== undefined) {
      await setName(root, name)
      variables.set('OSDComputerName', name)
      context.log.info(`the computer is called ${name}`)
    }
    await setPlace(root, {
      timeZone: variables.get('OSDTimeZone') ?? options.timeZone,
      locale: variables.get('OSDSystemLocale') ?? options.locale,
      keyboard: variables.get('OSDInputLocale') ?? options.keyboard,
    })
    if (options.resetIdentity) await resetIdentity(root)
    await setUsers(root, options, context)
  },
}
export default program

async function setName(root: string, name: string): Promise<void> {
  const [host] = name.split('.')
  await writeFile(join(root, 'etc/hostname'), `${name}\n`)
  const path = join(root, 'etc/hosts')
  const known = (await readFile(path, 'utf8').catch(() => '127.0.0.1\tlocalhost\n::1\tlocalhost\n'))
    .split('\n')
    .filter(line => !/^127\.0\.1\.1\s/.test(line))
  const names = host === name ? name : `${name} ${host}`
  const at = known.findIndex(line => /^127\.0\.0\.1\s/.test(line)) + 1
  await writeFile(path, [...known.slice(0, at), `127.0.1.1\t${names}`, ...known.slice(at)].join('\n'))
}

interface Place {
  readonly timeZone: string | undefined
  readonly locale: string | undefined
  readonly keyboard: string | undefined
}

async function setPlace(root: string, { timeZone, locale, keyboard }: Place): Promise<void> {
  if (timeZone !== undefined) {
    await access(join(root, 'usr/share/zoneinfo', timeZone)).catch(() => {
      throw new Error(
        `the image has no time zone "${timeZone}"; expected one below usr/share/zoneinfo, such as Europe/Paris`,
      )
    })
    await rm(join(root, 'etc/localtime'), { force: true })
    await symlink(`/usr/share/zoneinfo/${timeZone}`, join(root, 'etc/localtime'))
    if (await exists(join(root, 'etc/timezone'))) await writeFile(join(root, 'etc/timezone'), `${timeZone}\n`)
  }
  if (locale !== undefined) {
    await writeFile(join(root, 'etc/locale.conf'), `LANG=${locale}\n`)
    if (await exists(join(root, 'etc/default'))) await writeFile(join(root, 'etc/default/locale'), `LANG=${locale}\n`)
  }
  if (keyboard !== undefined) {
    await writeFile(join(root, 'etc/vconsole.conf'), `KEYMAP=${keyboard}\n`)
    if (await exists(join(root, 'etc/default')))
      await writeFile(
        join(root, 'etc/default/keyboard'),
        `XKBMODEL="pc105"\nXKBLAYOUT="${keyboard}"\nXKBVARIANT=""\nXKBOPTIONS=""\n`,
      )
  }
}

/** machine-id(5): an empty file is filled at the first start. Keys of the SSH server are made again when they are missing. */
async function resetIdentity(root: string): Promise<void> {
  await writeFile(join(root, 'etc/machine-id'), '')
  await rm(join(root, 'var/lib/dbus/machine-id'), { force: true })
  const keys = await readdir(join(root, 'etc/ssh')).catch(() => [])
  for (const name of keys.filter(each => /^ssh_host_.*key(\.pub)?$/.test(each))) await rm(join(root, 'etc/ssh', name))
}

async function setUsers(
  root: string,
  { rootPassword, users }: ApplyLinuxSettingsOptions,
  context: StepContext,
): Promise<void> {
  if (rootPassword === undefined && users.length === 0) return
  await using inside = await chroot(context, root)
  if (rootPassword !== undefined) await setPassword(inside, 'root', revealed(rootPassword))
  for (const user of users) await setUser(root, inside, user)
}

async function setUser(root: string, inside: Chroot, user: UserOptions): Promise<void> {
  const { name, fullName, password, groups, authorizedKeys } = user
  const settings = [
    ...(fullName === undefined ? [] : ['--comment', fullName]),
    ...(groups.length === 0 ? [] : ['--groups', groups.join(',')]),
  ]
  const isKnown = (await idsOf(root, name)) !== undefined
  if (!isKnown) await inside.run('useradd', ['--create-home', '--shell', '/bin/bash', ...settings, name])
  else if (settings.length > 0)
    await inside.run('usermod', [...(groups.length > 0 ? ['--append'] : []), ...settings, name])
  if (password !== undefined) await setPassword(inside, name, revealed(password))
  if (authorizedKeys.length === 0) return
  const { user: owner, group, home } = (await idsOf(root, name))!
  const folder = join(root, home, '.ssh')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'authorized_keys')
  await writeFile(file, authorizedKeys.map(key => `${key}\n`).join(''), { mode: 0o600 })
  for (const path of [folder, file]) await chown(path, owner, group)
}

/** On the standard input of chpasswd, so that no list of processes shows it. */
const setPassword = (inside: Chroot, name: string, password: string): Promise<string> =>
  inside.run('chpasswd', [], { input: `${name}:${password}\n` })

async function idsOf(root: string, name: string) {
  const text = await readFile(join(root, 'etc/passwd'), 'utf8')
  const fields = text
    .split('\n')
    .map(line => line.split(':'))
    .find(([user]) => user === name)
  return fields && { user: Number(fields[2]), group: Number(fields[3]), home: fields[5] ?? '/' }
}
