import { join } from 'node:path'
import type { StepContext, StepProgram } from '@bootwright/api'
import { adaptersFrom } from '@bootwright/medium-format/adapters'
import type { ApplyNetworkSettingsOptions } from '../definitions/apply-network-settings.ts'
import { deployedSystem } from './deployed-system.ts'
import { exists } from './exists.ts'
import { writeInterfaces, writeKeyfiles, writeNetworkd } from './linux/network-files.ts'
import { revealed } from './secret.ts'
import { openAnswerFile } from './windows/answer-file.ts'
import { type Join, writeAnswers } from './windows/network-answers.ts'

/** What configures networks on Linux, by a file that tells that it is there. What a server image has goes first. */
const MANAGERS = [
  { file: 'usr/sbin/NetworkManager', write: writeKeyfiles, name: 'NetworkManager' },
  { file: 'usr/sbin/ifup', write: writeInterfaces, name: 'ifupdown' },
  { file: 'sbin/ifup', write: writeInterfaces, name: 'ifupdown' },
  { file: 'usr/lib/systemd/systemd-networkd', write: writeNetworkd, name: 'systemd-networkd' },
  { file: 'lib/systemd/systemd-networkd', write: writeNetworkd, name: 'systemd-networkd' },
] as const

const program: StepProgram<ApplyNetworkSettingsOptions> = {
  async run(options, context) {
    const { root, system } = await deployedSystem(context)
    const adapters = adaptersFrom(context.variables) ?? options.adapters
    const joined = joinFrom(options, context)
    if (system.platform === 'windows') {
      const answers = await openAnswerFile(root, context.architecture)
      writeAnswers(answers, adapters, joined)
      await answers.save()
      return
    }
    if (joined.domain !== undefined || joined.workgroup !== undefined)
      throw new Error(
        `${system.name} joins a domain when it runs; use the step joinDomainOrWorkgroup after setupOperatingSystem`,
      )
    for (const { file, write, name } of MANAGERS) {
      if (!(await exists(join(root, file)))) continue
      await write(root, adapters)
      context.log.info(`${adapters.length} adapters for ${name}`)
      return
    }
    throw new Error(
      `the system has nothing that configures a network: looked for ${[...new Set(MANAGERS.map(each => each.name))].join(', ')}; put one into the image, or leave this step out`,
    )
  },
}
export default program

function joinFrom(options: ApplyNetworkSettingsOptions, { variables }: StepContext): Join {
  return {
    domain: variables.get('OSDDomainName') ?? options.domain,
    unit: variables.get('OSDDomainOUName') ?? options.organizationalUnit,
    account: variables.get('OSDJoinAccount') ?? options.account,
    password: variables.get('OSDJoinPassword') ?? (options.password && revealed(options.password)),
    workgroup: variables.get('OSDWorkgroupName') ?? options.workgroup,
  }
}
