import type { StepContext } from '@bootwright/api'
import { runOrThrow } from '../run-program.ts'

/** What WMI answers to a query, each row by the names of its properties. PowerShell asks; a boot image needs it (WinPE-PowerShell). */
export async function wmi(
  context: Pick<StepContext, 'run'>,
  query: string,
  namespace = 'root\\cimv2',
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
  const command = `ConvertTo-Json -Compress -Depth 2 @(Get-CimInstance -Namespace ${quoted(namespace)} -Query ${quoted(query)} -ErrorAction Stop | Select-Object -Property * -ExcludeProperty Cim*)`
  const output = await runOrThrow(context, 'powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command])
  return JSON.parse(output.trim() || '[]')
}
