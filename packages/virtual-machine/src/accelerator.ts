import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { resolveFirmware } from './firmware.ts'

/** Executes the guest's instructions: the host's processor (KVM), or an emulator (TCG). */
export type Accelerator = 'kvm' | 'tcg'

const DEVICE = '/dev/kvm'
/** A kernel prints its first line within a quarter of this when KVM works. */
const PATIENCE_MILLISECONDS = 2000

/**
 * Returns `kvm` if `/dev/kvm` opens and `kernel`, the path of a Linux kernel for x64, prints its first line within two seconds. Some hosts' KVM runs
 * firmware and then hangs, so that only a kernel tells.
 */
export async function fastestAccelerator(kernel: string, device: string = DEVICE): Promise<Accelerator> {
  try {
    accessSync(device, constants.R_OK | constants.W_OK)
  } catch {
    return 'tcg'
  }
  const { qemu } = resolveFirmware('bios')
  const args = [
    ...['-machine', 'q35', '-accel', 'kvm', '-m', '256M', '-nodefaults', '-display', 'none', '-nic', 'none'],
    ...['-serial', 'stdio', '-no-reboot', '-kernel', kernel, '-append', 'console=ttyS0 earlyprintk=serial panic=-1'],
  ]
  const probe = spawn(qemu, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise(resolve => probe.once('close', resolve).once('error', resolve))
  const kill = (): void => void probe.kill('SIGKILL')
  const timer = setTimeout(kill, PATIENCE_MILLISECONDS)
  process.once('exit', kill)
  let output = ''
  probe.stdout.on('data', data => {
    output += data
    if (hasStarted(output)) kill()
  })
  await ended
  clearTimeout(timer)
  process.off('exit', kill)
  return hasStarted(output) ? 'kvm' : 'tcg'
}

const hasStarted = (output: string): boolean => output.includes('Linux version')
