import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SEALED_ENVIRONMENT_PATH } from '@bootwright/medium-format'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { runAgent } from '../src/agent.ts'
import { environmentCommand } from '../src/environment/command.ts'
import {
  device,
  type FakeComputer,
  fakeComputer,
  fakePrograms,
  fakeStorage,
  fakeSystem,
  ID,
  medium,
  sealedEnvironment,
} from './fakes.ts'

const REBOOT = [/What now\?[^\n]*\n[\s\S]*> $/, 'r\r'] as const
const prestart = { command: './ask-owner.sh' }
const computerWith = (
  described: Parameters<typeof medium>[0],
  held: Parameters<typeof medium>[1],
  programs = fakePrograms(),
): FakeComputer =>
  fakeComputer({ programs, storage: fakeStorage([{ device: device('/dev/sr0'), files: medium(described, held) }]) })
const states = ({ console }: FakeComputer): string[] =>
  console.shown.split('\n').filter(line => line.startsWith('bootwright: '))

test('a medium runs from start to end', async t => {
  const seen: unknown[] = []
  const running = computerWith(
    {},
    { prestart },
    fakePrograms(async ({ command, folder, environment, onOutput }) => {
      seen.push(command, folder, environment)
      onOutput('Owner is alice, password is Tr0ub4dor\n')
      appendFileSync(environment.BOOTWRIGHT_ENV_FILE!, 'osdtimezone=UTC\n_SMSTSType=1\n')
      await environmentCommand(['set', 'Owner', 'alice'], running.paths.environmentSocket)
      await environmentCommand(['set', 'DomainPassword', 'n3w secret'], running.paths.environmentSocket)
      return 0
    }),
  )
  running.console.answer(REBOOT)
  t.is(await runAgent(running), 'reboot')

  const { paths } = running
  t.deepEqual(seen.slice(0, 2), ['./ask-owner.sh', paths.prestart])
  t.deepEqual(seen[2], {
    OSDTimeZone: 'Europe/Paris',
    DomainPassword: 'Tr0ub4dor',
    PATH: '/bin',
    BOOTWRIGHT_ENV_FILE: paths.environmentFile,
  })
  t.deepEqual(states(running), [
    `bootwright: agent ready on medium ${ID}`,
    'bootwright: environment DomainPassword=***',
    'bootwright: environment OSDTimeZone=UTC',
    'bootwright: environment Owner=alice',
    'bootwright: done',
  ])
  t.regex(running.console.shown, /Secure Boot is on/)
  t.regex(running.console.shown, /password is \*\*\*\n/)
  t.regex(running.console.shown, /in this order:\n {2}https:\/\/mp1\.example/)
  t.regex(running.console.shown, /Line 2 of the environment file is ignored: _SMSTSType is read-only/)
  t.notRegex(running.console.shown + JSON.stringify(running.logged), /Tr0ub4dor|n3w secret/)
})
test('a failed prestart command prints its exit code and last output, and can be retried', async t => {
  let count = 0
  const running = computerWith(
    {},
    { prestart },
    fakePrograms(({ onOutput }) => {
      count += 1
      if (count > 1) return 0
      onOutput('no such owner\n')
      return 3
    }),
  )
  running.console.answer([/exit code 3\. Last output:\n {2}no such owner\n[\s\S]*> $/, 't\r'], REBOOT)
  t.is(await runAgent(running), 'reboot')
  t.is(count, 2)
  t.is(states(running).at(-1), 'bootwright: done')
})
test('a shell is offered only when the medium allows it', async t => {
  const commands: string[] = []
  const programs = fakePrograms(({ command }) => commands.push(command) && 0)
  const closed = computerWith({ debugShell: false }, {}, programs)
  closed.console.answer([/> $/, 's\r'], [/> s\n[\s\S]*> $/, 'o\r'])
  t.is(await runAgent(closed), 'powerOff')
  t.deepEqual(commands, [])

  const open = computerWith({ debugShell: true }, {}, programs)
  open.console.answer([/> $/, 's\r'], [/> s\n[\s\S]*> $/, 'o\r'])
  t.is(await runAgent(open), 'powerOff')
  t.deepEqual(commands, ['exec /bin/sh -i'])
})
test('an unattended medium never prompts and ends with a shutdown', async t => {
  const running = computerWith({ unattended: true }, { management: 'site-based', prestart })
  t.is(await runAgent(running), 'powerOff')
  t.is(states(running).at(-1), 'bootwright: done')
  t.regex(running.console.shown, /Management point: https:\/\/mp1\.example/)
})
test('an unattended medium that fails restarts after SMSTSErrorDialogTimeout', async t => {
  const variables = { SMSTSErrorDialogTimeout: { value: '0' } }
  const running = computerWith(
    { unattended: true },
    { prestart, variables },
    fakePrograms(() => 1),
  )
  t.is(await runAgent(running), 'reboot')
  t.notRegex(running.console.shown, /bootwright: done/)
})
test('an unknown keyboard layout prints a warning in the language of the medium', async t => {
  const programs = fakePrograms(undefined, async (command, args) => {
    t.deepEqual([command, ...args], ['bootwright-keyboard', 'xx'])
    return { exitCode: 1, output: 'no keymap xx\n' }
  })
  const running = computerWith({ keyboard: 'xx', language: 'fr', unattended: true }, {}, programs)
  t.is(await runAgent(running), 'powerOff')
  t.regex(running.console.shown, /La disposition de clavier « xx » ne peut pas être utilisée \(no keymap xx\)/)
  t.regex(JSON.stringify(running.logged), /The keyboard layout .*xx.* cannot be set/)
})
test('the computer can be restarted when no medium is found', async t => {
  const running = fakeComputer({ storage: fakeStorage([]) })
  running.console.answer(REBOOT)
  t.is(await runAgent(running), 'reboot')
  t.deepEqual(states(running), [])
})
test('management points set by prestart take precedence', async t => {
  const running = computerWith(
    { unattended: true },
    { prestart },
    fakePrograms(({ environment }) => {
      appendFileSync(environment.BOOTWRIGHT_ENV_FILE!, 'SMSTSLocationMPs=https://b.example*https://a.example\n')
      return 0
    }),
  )
  await runAgent(running)
  t.regex(running.console.shown, /in this order:\n {2}https:\/\/b\.example\n {2}https:\/\/a\.example\n/)
})

test('an SMSTSErrorDialogTimeout set by prestart before it fails applies', async t => {
  const running = computerWith(
    { unattended: true },
    { prestart },
    fakePrograms(async () => {
      await environmentCommand(['set', 'SMSTSErrorDialogTimeout', '0'], running.paths.environmentSocket)
      return 1
    }),
  )
  t.is(await runAgent(running), 'reboot')
  t.regex(running.console.shown, /What now\? \(in 0 s: restart the computer\)/)
})
test('a removed environment file sets no variables', async t => {
  const running = computerWith(
    { unattended: true },
    { prestart },
    fakePrograms(({ environment }) => {
      rmSync(environment.BOOTWRIGHT_ENV_FILE!)
      return 0
    }),
  )
  t.is(await runAgent(running), 'powerOff')
  t.is(states(running).at(-1), 'bootwright: done')
})
test('a failure to copy prestart files can be retried', async t => {
  const disk = { device: device('/dev/sr0'), files: medium({}, { prestart }) }
  const storage = fakeStorage([disk])
  let count = 0
  const running = fakeComputer({
    storage: {
      ...storage,
      mount: async (...where) => ({
        ...(await storage.mount(...where)),
        async copyFolder() {
          count += 1
          if (count === 1) throw new Error('EIO: i/o error, the medium is gone')
        },
      }),
    },
  })
  running.console.answer([/Failed: EIO: i\/o error, the medium is gone\n[\s\S]*> $/, 't\r'], REBOOT)
  t.is(await runAgent(running), 'reboot')
  t.is(count, 2)
  t.is(states(running).at(-1), 'bootwright: done')
})
test('a prestart command that cannot start offers the shell, and restarts an unattended computer', async t => {
  const tooMuch = fakePrograms()
  const commands: string[] = []
  const programs = {
    ...tooMuch,
    start(options: Parameters<typeof tooMuch.start>[0]) {
      commands.push(options.command)
      if (options.command === prestart.command) throw new Error('spawn E2BIG')
      return tooMuch.start(options)
    },
  }
  const open = computerWith({ debugShell: true }, { prestart }, programs)
  open.console.answer([/Failed: spawn E2BIG[\s\S]*> $/, 's\r'], [/> s\n[\s\S]*> $/, 'o\r'])
  t.is(await runAgent(open), 'powerOff')
  t.deepEqual(commands, [prestart.command, 'exec /bin/sh -i'])

  const variables = { SMSTSErrorDialogTimeout: { value: '0' } }
  t.is(await runAgent(computerWith({ unattended: true }, { prestart, variables }, programs)), 'reboot')
})
test('a failure to list devices is reported and does not stop the agent', async t => {
  const running = fakeComputer({
    storage: {
      ...fakeStorage([]),
      devices: () => Promise.reject(new Error('EIO')),
    },
  })
  running.console.answer([/Failed: EIO[\s\S]*> $/, 'r\r'])
  t.is(await runAgent(running), 'reboot')
})
test('secrets are masked in the output of a shell', async t => {
  const programs = fakePrograms(({ onOutput }) => {
    onOutput('password=Tr0ub')
    onOutput('4dor\n')
    return 0
  })
  const running = computerWith({ debugShell: true }, {}, programs)
  running.console.answer([/> $/, 's\r'], [/> s\n[\s\S]*> $/, 'o\r'])
  t.is(await runAgent(running), 'powerOff')
  t.regex(running.console.shown, /password=\*\*\*\n/)
  t.notRegex(running.console.shown, /Tr0ub/)
})

test('a medium outside of its validity prompts for no password and prints the clock', async t => {
  const running = computerWith({ validFrom: '2026-12-01T00:00:00Z', passwordRequired: true }, {})
  running.console.answer(REBOOT)
  t.is(await runAgent(running), 'reboot')
  t.deepEqual(states(running).slice(1), ['bootwright: failed NOT_YET_VALID'])
  t.regex(running.console.shown, /the clock of this computer is at 1970-01-01 00:00 \(UTC\)/)
  t.notRegex(running.console.shown, /Password/)
})
test('five wrong passwords fail, each after a longer pause', async t => {
  const sealed = await sealedEnvironment('open sesame')
  const files = { ...medium({ passwordRequired: true }), [SEALED_ENVIRONMENT_PATH]: sealed }
  const running = fakeComputer({ storage: fakeStorage([{ device: device('/dev/sr0'), files }]) })
  const wrong = [/Password of this medium: $/, 'open barley\r'] as const
  running.console.answer(wrong, wrong, wrong, wrong, wrong, REBOOT)
  t.is(await runAgent(running), 'reboot')
  t.deepEqual(running.slept, [1000, 2000, 4000, 8000, 16000])
  t.deepEqual(states(running).slice(1), ['bootwright: failed PASSWORD_WRONG'])
})
test('an interrupted sequence resumes in the installed system, or starts over on request', async t => {
  const disk = scratch()
  mkdirSync(join(disk, '_SMSTaskSequence'))
  const marker = { formatVersion: 1, mediumId: ID, environment: 'installedSystem' }
  writeFileSync(join(disk, '_SMSTaskSequence/medium.json'), JSON.stringify(marker))
  const system = fakeSystem({ volume: disk })
  const storage = () => fakeStorage([{ device: device('/dev/sr0'), files: medium() }])
  const going = fakeComputer({ system, storage: storage() })
  going.console.answer([/What now\?[^\n]*\n[\s\S]*> $/, 'g\r'])
  t.is(await runAgent(going), 'reboot')
  t.deepEqual(system.started, ['installedSystem'])
  const anew = fakeComputer({ system, storage: storage() })
  anew.console.answer([/What now\?[^\n]*\n[\s\S]*> $/, 'n\r'], [/restart the computer[\s\S]*> $/, 'r\r'])
  t.is(await runAgent(anew), 'reboot')
  t.true(states(anew).includes('bootwright: done'))
  t.false(existsSync(join(disk, '_SMSTaskSequence/medium.json')))
})

test('a sequence that cannot run prints the reason, and an unattended computer restarts', async t => {
  const running = computerWith({ unattended: true }, { taskSequence: { formatVersion: 1, name: 'Broken' } })
  running.console.answer([/What now\?[^\n]*\n[\s\S]*> $/, 'r\r'])
  t.is(await runAgent(running), 'reboot')
  t.regex(running.console.shown, /the task sequence of this medium is not valid/)
  t.true(states(running).includes('bootwright: sequence failed 1'))
})
