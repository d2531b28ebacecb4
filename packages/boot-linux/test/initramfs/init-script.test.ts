import { execFileSync } from 'node:child_process'
import { AGENT_EXIT_CODES } from '@bootwright/api'
import { needs } from '@bootwright/test-support'
import test from 'ava'
import { AGENT_PATH, INIT_SCRIPT, KEYBOARD_COMMAND } from '../../src/initramfs/init-script.ts'
import { runInit, TOOLS } from './run-init.ts'

const runs = needs(test, 'sh', ...TOOLS)
const lasting = (commands: readonly string[]): readonly string[] =>
  commands.filter(command => /^(sync|sleep|reboot|poweroff)/.test(command))

runs('both scripts are scripts', t => {
  for (const script of [INIT_SCRIPT, KEYBOARD_COMMAND])
    t.notThrows(() => execFileSync('sh', ['-n'], { input: script, stdio: ['pipe', 'ignore', 'pipe'] }))
  t.true(INIT_SCRIPT.includes(`/usr/bin/node /${AGENT_PATH} `))
})

runs('the agent decides how it ends', t => {
  const { reboot, powerOff } = AGENT_EXIT_CODES
  t.deepEqual(lasting(runInit({ agentEnds: reboot }).commands), ['sync ', 'reboot -f'])
  t.deepEqual(lasting(runInit({ agentEnds: powerOff }).commands), ['sync ', 'poweroff -f'])
})

runs('an agent that failed is shown on every console, long enough to be read', t => {
  const started = runInit({
    agentEnds: 1,
    agentComplains: 'TypeError: no',
    consoles: 'tty0 ttyS0',
    working: ['tty1', 'ttyS0'],
  })
  t.deepEqual(lasting(started.commands), ['sync ', 'sleep 60', 'reboot -f'])
  for (const name of ['tty1', 'ttyS0']) t.regex(started.shown(name), /code 1\. Restarting in 60 seconds/)
  t.true(runInit({ agentEnds: 0 }).commands.includes('sleep 60'))
})

runs('the agent gets the consoles that the computer has', t => {
  const consolesOf = (consoles: string, ...working: readonly string[]): string =>
    runInit({ agentEnds: 10, consoles, working }).agentConsoles
  t.is(consolesOf('tty0', 'tty1'), '/dev/tty1')
  t.is(consolesOf('tty0 ttyS0', 'tty1', 'ttyS0'), '/dev/tty1:/dev/ttyS0')
  t.is(consolesOf('ttyS0', 'ttyS0'), '/dev/ttyS0')
  t.is(consolesOf('tty0 ttyS0', 'tty1'), '/dev/tty1')
  t.is(consolesOf('tty0 ttyS0'), '')
})

runs('drivers are loaded once for each kind of device', t => {
  const { loaded } = runInit({
    agentEnds: 10,
    devices: {
      'pci0/1': 'pci:v00001AF4d00001001',
      'pci0/2': 'pci:v00001AF4d00001001',
      'pci0/3/usb1': 'usb:v1D6Bp0003',
    },
  })
  const [fileSystems, ...devices] = loaded
  t.true(['isofs', 'udf', 'vfat', 'exfat', 'ext4'].every(name => fileSystems?.includes(name)))
  t.deepEqual(devices, [['pci:v00001AF4d00001001', 'usb:v1D6Bp0003']])
})

runs('a device whose name holds a quote or a space keeps no other from its driver', t => {
  const devices = { dmi: `dmi:bvnACME:pnNotebook 15.6":pvr'1`, mdio: 'platform:Fixed MDIO bus', pci: 'pci:v00008086' }
  t.deepEqual(runInit({ agentEnds: 10, devices }).loaded.slice(1), [Object.values(devices).sort()])
})
