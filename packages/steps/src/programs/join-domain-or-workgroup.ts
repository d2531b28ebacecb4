import type { StepContext, StepProgram } from '@bootwright/api'
import type { JoinOptions } from '../definitions/join-domain-or-workgroup.ts'
import { failed } from './run-program.ts'
import { revealed } from './secret.ts'
import type { Join } from './windows/network-answers.ts'

const program: StepProgram<JoinOptions> = {
  async run(options, context) {
    const { variables, log } = context
    const password = variables.get('OSDJoinPassword') ?? (options.password && revealed(options.password))
    const join = {
      domain: variables.get('OSDJoinDomainName') ?? options.domain,
      unit: variables.get('OSDJoinDomainOUName') ?? options.organizationalUnit,
      account: variables.get('OSDJoinAccount') ?? options.account,
      workgroup: variables.get('OSDJoinWorkgroupName') ?? options.workgroup,
      password,
    }
    const isWorkgroup = (variables.get('OSDJoinType') ?? (join.domain === undefined ? '1' : '0')) === '1'
    if (isWorkgroup) await joinWorkgroup(join, context)
    else await joinDomain(join, context)
    log.info(isWorkgroup ? `in the workgroup ${join.workgroup}` : `a member of ${join.domain}`)
    if (variables.get('OSDJoinSkipReboot')?.toLowerCase() !== 'true') context.restart('installedSystem')
  },
}
export default program

async function joinWorkgroup({ workgroup }: Join, context: StepContext): Promise<void> {
  if (workgroup === undefined) throw new Error('there is neither a domain nor a workgroup to join; say one of them')
  if (context.platform !== 'windows')
    throw new Error(`Linux joins no workgroup ("${workgroup}"); Samba has it in smb.conf`)
  await powershell(context, 'Add-Computer -WorkgroupName $env:JOIN_WORKGROUP -Force -ErrorAction Stop', {
    JOIN_WORKGROUP: workgroup,
  })
}

async function joinDomain({ domain, unit, account, password }: Join, context: StepContext): Promise<void> {
  if (domain === undefined || account === undefined || password === undefined)
    throw new Error(
      `a computer joins a domain with an account; missing: ${[
        domain === undefined && 'domain',
        account === undefined && 'account',
        password === undefined && 'password',
      ]
        .filter(Boolean)
        .join(', ')}`,
    )
  if (context.platform === 'windows') {
    const script = [
      // On the standard input, so that no list of processes and no environment shows it.
      '$password = ConvertTo-SecureString ([Console]::In.ReadLine()) -AsPlainText -Force',
      '$credential = New-Object System.Management.Automation.PSCredential($env:JOIN_ACCOUNT, $password)',
      '$more = @{}; if ($env:JOIN_UNIT) { $more.OUPath = $env:JOIN_UNIT }',
      'Add-Computer -DomainName $env:JOIN_DOMAIN -Credential $credential @more -Force -ErrorAction Stop',
    ]
    const environment = { JOIN_DOMAIN: domain, JOIN_ACCOUNT: account, JOIN_UNIT: unit ?? '' }
    await powershell(context, script.join('; '), environment, `${password}\n`)
    return
  }
  // realm(8); a domain's name before the account is Windows' way of writing it.
  const user = account.replace(/^.*\\/, '')
  const args = ['join', '--unattended', '--user', user, ...(unit === undefined ? [] : ['--computer-ou', unit]), domain]
  const result = await context.run('realm', args, { input: `${password}\n` })
  if (result.exitCode === 127)
    throw new Error(
      'the system has no realm(8), by which Linux joins a domain; put realmd, sssd and adcli into the image',
    )
  if (result.exitCode !== 0) throw failed('realm', result)
}

async function powershell(
  context: StepContext,
  command: string,
  environment: Readonly<Record<string, string>>,
  input?: string,
): Promise<void> {
  const args = ['-NoProfile', '-NonInteractive', '-Command', command]
  const result = await context.run('powershell.exe', args, { environment, input })
  if (result.exitCode !== 0) throw failed('powershell.exe', result)
}
