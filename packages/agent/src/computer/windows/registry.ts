import type { Programs } from '../programs.ts'

/**
 * A registry value as text, from `reg query`; numbers in decimal. An empty name is the default value of the key. Undefined when it is
 * missing.
 */
export async function registryValue(
  programs: Pick<Programs, 'run'>,
  key: string,
  name: string,
): Promise<string | undefined> {
  const { exitCode, output } = await programs.run('reg', ['query', key, ...(name === '' ? ['/ve'] : ['/v', name])])
  if (exitCode !== 0) return undefined
  // The default value has a localized name in parentheses.
  const label = name === '' ? '\\(.*\\)' : name.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&')
  const [, type, text] = new RegExp(`^\\s+${label}\\s+(REG_\\w+)(?:[ \\t]+([^\\r\\n]*))?$`, 'im').exec(output) ?? []
  if (type === undefined) return undefined
  const value = (text ?? '').trim()
  return type === 'REG_DWORD' || type === 'REG_QWORD' ? String(Number(value)) : value
}
