import { AgentError } from '../errors.ts'
import type { Programs } from '../programs.ts'
import { NOT_FOUND } from '../wait-for-exit.ts'

/**
 * Runs a PowerShell command and returns its output. Throws its error; without PowerShell, names the missing components of the boot image.
 */
export async function powershell(programs: Pick<Programs, 'run'>, command: string): Promise<string> {
  const { exitCode, output } = await programs.run('powershell.exe', [
    '-NoProfile',
    '-NonInteractive',
    '-Command',
    command,
  ])
  if (exitCode === 0) return output.trim()
  if (exitCode === NOT_FOUND)
    throw new AgentError(
      'SYSTEM_MISSING',
      'this boot image has no PowerShell; add WinPE-WMI, WinPE-NetFX, WinPE-Scripting and WinPE-PowerShell to it',
    )
  throw new AgentError('SYSTEM_MISSING', `the PowerShell query failed: ${output.trim()}`)
}

/** Result rows of a WMI query, by property name. */
export async function wmi(
  programs: Pick<Programs, 'run'>,
  query: string,
  namespace = 'root\\cimv2',
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const rows = `Get-CimInstance -Namespace ${quoted(namespace)} -Query ${quoted(query)} -ErrorAction Stop`
  const text = await powershell(
    programs,
    `ConvertTo-Json -Compress -Depth 2 @(${rows} | Select-Object -Property * -ExcludeProperty Cim*)`,
  )
  return JSON.parse(text || '[]')
}

export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
