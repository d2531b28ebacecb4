/** What cmd, which is not at hand, would trip over in a script: line ends, labels that are not there, blocks that do not end. */
export function commandFaults(script: string): readonly string[] {
  const labels = new Set([...script.matchAll(/^:(\w+)/gm)].map(([, name]) => name!))
  const faults = [...script.matchAll(/goto (\w+)/g)].filter(([, name]) => !labels.has(name!)).map(([text]) => text)
  if (!script.startsWith('@echo off\r\n')) faults.push('shows its lines')
  if (/[^\r]\n/.test(script)) faults.push('a line without a carriage return')
  if (script.match(/\($/gm)?.length !== script.match(/^\)/gm)?.length) faults.push('a block that does not end')
  // `cmd` ends a block at the first parenthesis that closes.
  for (const [line] of script.matchAll(/^ {2}echo .*\).*$/gm)) faults.push(line)
  return faults
}
