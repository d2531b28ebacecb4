import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { START_SCRIPT_PATH, startScript } from '../../src/boot/start-script.ts'

const medium = { id: 'abc-1', label: 'Lab', date: new Date(0), trust: undefined as never }

/** The script on a medium, in a Linux whose programs the test plays: each says with which arguments it was called. */
function run(programs: Readonly<Record<string, string>>, args: readonly string[] = ['--yes'], input = '') {
  const folder = scratch()
  for (const [path, text] of Object.entries({
    'medium/boot/vmlinuz': 'kernel',
    'medium/boot/initrd.img': 'initramfs',
    [`medium/${START_SCRIPT_PATH}`]: startScript(medium, 'x64')
      .replaceAll('/boot/bootwright', `${folder}/boot/bootwright`)
      .replaceAll('"/boot/$grub', `"${folder}/boot/$grub`)
      .replaceAll('menu=/boot', `menu=${folder}/boot`),
    'boot/grub/grub.cfg': 'source custom.cfg',
    'boot/grub/custom.cfg': 'menuentry own {}\n',
  })) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  for (const [name, body] of Object.entries({ id: 'echo 0', uname: 'echo x86_64', sync: '', ...programs })) {
    writeFileSync(
      join(bin, name),
      `#!/bin/sh\n[ ${name} = id ] || [ ${name} = uname ] || echo "${name} $*" >>${folder}/calls\n${body}\n`,
    )
    chmodSync(join(bin, name), 0o755)
  }
  for (const name of ['sh', 'dirname', 'grep', 'mkdir', 'cp', 'touch', 'sed', 'cat'])
    execFileSync('ln', [
      '-s',
      execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim(),
      join(bin, name),
    ])
  const result = spawnSync('/bin/sh', [join(folder, 'medium', START_SCRIPT_PATH), ...args], {
    env: { PATH: bin },
    input,
    encoding: 'utf8',
  })
  const calls = (() => {
    try {
      return readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
    } catch {
      return []
    }
  })()
  return { folder, calls, ...result }
}

test('with kexec the boot image is started in the place of a restart', t => {
  const { calls, status, folder } = run({ kexec: '', systemctl: '' })
  t.is(status, 0)
  t.is(
    calls[0],
    `kexec -s -l ${folder}/medium/boot/vmlinuz --initrd=${folder}/medium/boot/initrd.img --command-line=bootwright.medium=abc-1 console=tty0 console=ttyS0,115200 quiet loglevel=3`,
  )
  t.is(calls.at(-1), 'systemctl kexec')
})

test('without it GRUB starts a copy once, and its own menu stays', t => {
  const programs = { 'grub-reboot': '', 'grub-mkrelpath': 'echo /bootwright', systemctl: '' }
  const { calls, folder, status } = run(programs)
  t.is(status, 0)
  t.deepEqual(calls.slice(-3), ['grub-reboot bootwright-medium', 'sync ', 'systemctl reboot'])
  t.is(readFileSync(join(folder, 'boot/bootwright/vmlinuz'), 'utf8'), 'kernel')
  const menu = readFileSync(join(folder, 'boot/grub/custom.cfg'), 'utf8')
  t.regex(menu, /^menuentry own \{\}\n# bootwright:/)
  t.regex(menu, /linux \/bootwright\/vmlinuz bootwright\.medium=abc-1 /)
})

test('nobody is restarted by mistake', t => {
  const programs = { kexec: '', systemctl: '' }
  for (const [result, pattern] of [
    [run(programs, [], 'n\n'), /cancelled; nothing was changed/],
    [run(programs, [], ''), /cancelled; nothing was changed/],
    [run(programs, ['--force']), /unknown option --force; expected --yes/],
    [run({ ...programs, id: 'echo 1000' }), /only root can restart into another system; run: sudo sh/],
    [run({ ...programs, uname: 'echo aarch64' }), /this medium is for x86_64, but this computer is aarch64/],
    [run({ systemctl: '' }), /found neither kexec nor a GRUB that reads custom\.cfg/],
  ] as const) {
    t.is(result.status, 1)
    t.regex(result.stderr, pattern)
    t.false(result.calls.some(call => call.startsWith('systemctl')))
  }
  t.is(run(programs, [], 'y\n').calls.at(-1), 'systemctl kexec')
})
