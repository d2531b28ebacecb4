import { AgentError } from '../errors.ts'
import type { Programs } from '../programs.ts'
import { NOT_FOUND } from '../wait-for-exit.ts'

/** What a command of PowerShell prints. Throws what it said; without PowerShell, which part of the boot image is missing. */
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
      'this boot image has no PowerShell, by which Windows is asked; add WinPE-WMI, WinPE-NetFX, WinPE-Scripting and WinPE-PowerShell to it',
    )
  throw new AgentError('SYSTEM_MISSING', `Windows did not answer: ${output.trim()}`)
}

/** Rows that WMI finds, each by the names of its properties. */
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
