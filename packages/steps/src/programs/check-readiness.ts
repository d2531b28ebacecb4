import { cpus, totalmem } from 'node:os'
import type { StepContext, StepProgram } from '@bootwright/api'
import type { CheckReadinessOptions } from '../definitions/check-readiness.ts'
import { diskOf } from './disk.ts'
import { hasTpm as hasTpmLinux, linksOf as linksLinux, onMains as onMainsLinux } from './linux/hardware.ts'
import { hasTpm as hasTpmWindows, linksOf as linksWindows, onMains as onMainsWindows } from './windows/hardware.ts'

/** What logs of deployments know for a computer that does not suffice. */
const NOT_READY = 4316
/** Part of the memory that firmware and graphics may keep for themselves. */
const KEPT_BY_FIRMWARE = 0.1

interface Check {
  /** Behind `_TS_CR`. */
  readonly variable: string
  readonly isGood: boolean
  readonly found: string
  readonly expected: string
}

const program: StepProgram<CheckReadinessOptions> = {
  async run(options, context) {
    const checks = [
      ...sizes(options),
      ...(await disk(options, context)),
      ...firmware(options, context),
      ...(await devices(options, context)),
    ]
    for (const { variable, isGood, found, expected } of checks) {
      context.variables.set(`_TS_CR${variable}`, isGood ? '1' : '0')
      if (isGood) context.log.info(`${found}: good`)
      else context.log.warn(`${found}; expected ${expected}`)
    }
    const bad = checks.filter(({ isGood }) => !isGood)
    if (bad.length === 0) return
    const sentences = bad.map(({ found, expected }) => `${found}, expected ${expected}`)
    throw Object.assign(new Error(`this computer is not ready: ${sentences.join('; ')}`), { exitCode: NOT_READY })
  },
}
export default program

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`

function sizes({ memory, processorSpeed }: CheckReadinessOptions): readonly Check[] {
  const speed = Math.max(0, ...cpus().map(each => each.speed))
  return [
    ...(memory === undefined
      ? []
      : [
          {
            variable: 'MEMORY',
            isGood: totalmem() >= memory * (1 - KEPT_BY_FIRMWARE),
            found: `${gib(totalmem())} of memory`,
            expected: `at least ${gib(memory)}`,
          },
        ]),
    ...(processorSpeed === undefined
      ? []
      : [
          {
            variable: 'SPEED',
            isGood: speed >= processorSpeed,
            found: speed === 0 ? 'a processor that does not say its speed' : `a processor with ${speed} MHz`,
            expected: `at least ${processorSpeed} MHz`,
          },
        ]),
  ]
}

async function disk(
  { diskSize, disk: wanted }: CheckReadinessOptions,
  context: StepContext,
): Promise<readonly Check[]> {
  if (diskSize === undefined) return []
  const expected = `at least ${gib(diskSize)}`
  try {
    const { path, size } = await diskOf(context, context.variables.get('OSDDiskIndex') ?? wanted)
    return [{ variable: 'DISK', isGood: size >= diskSize, found: `the disk ${path} with ${gib(size)}`, expected }]
  } catch (error) {
    return [{ variable: 'DISK', isGood: false, found: (error as Error).message, expected }]
  }
}

function firmware(
  { architecture, firmware: kind, secureBoot }: CheckReadinessOptions,
  context: StepContext,
): readonly Check[] {
  const has = context.firmware
  const isSecure = has.kind === 'uefi' && has.isSecureBoot
  return [
    ...(architecture === undefined
      ? []
      : [
          {
            variable: 'ARCH',
            isGood: context.architecture === architecture,
            found: `the architecture ${context.architecture}`,
            expected: architecture,
          },
        ]),
    ...(kind === undefined
      ? []
      : [{ variable: 'UEFI', isGood: has.kind === kind, found: `the firmware ${has.kind}`, expected: kind }]),
    ...(secureBoot === undefined
      ? []
      : [
          {
            variable: 'SECUREBOOT',
            isGood: isSecure === secureBoot,
            found: `Secure Boot ${isSecure ? 'on' : 'off'}`,
            expected: secureBoot ? 'on' : 'off',
          },
        ]),
  ]
}

async function devices(
  { tpm, acPower, network }: CheckReadinessOptions,
  context: StepContext,
): Promise<readonly Check[]> {
  const isWindows = context.platform === 'windows'
  const checks: Check[] = []
  if (tpm) {
    const isGood = await (isWindows ? hasTpmWindows(context) : hasTpmLinux())
    checks.push({ variable: 'TPMENABLED', isGood, found: isGood ? 'a TPM' : 'no TPM that is enabled', expected: 'one' })
  }
  if (acPower) {
    const isGood = await (isWindows ? onMainsWindows(context) : onMainsLinux())
    checks.push({
      variable: 'ACPOWER',
      isGood,
      found: isGood ? 'mains power' : 'battery power',
      expected: 'mains power',
    })
  }
  if (network !== undefined) {
    const links = await (isWindows ? linksWindows(context) : linksLinux(context))
    const isGood = links.some(({ isWired }) => isWired || network === 'any')
    checks.push({
      variable: network === 'wired' ? 'WIRED' : 'NETWORK',
      isGood,
      found:
        links.length === 0
          ? 'no network that is connected'
          : `the networks ${links.map(({ name }) => name).join(', ')}`,
      expected: network === 'wired' ? 'a wired one' : 'one that is connected',
    })
  }
  return checks
}
