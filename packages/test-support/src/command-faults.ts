/** Checks a batch script without cmd.exe: line ends, echo, jumps to missing labels and unterminated blocks. Returns the faults found. */
export function commandFaults(script: string): readonly string[] {
  const labels = new Set([...script.matchAll(/^:(\w+)/gm)].map(([, name]) => name!))
  const faults = [...script.matchAll(/goto (\w+)/g)].filter(([, name]) => !labels.has(name!)).map(([text]) => text)
  if (!script.startsWith('@echo off\r\n')) faults.push('does not start with @echo off')
  if (/[^\r]\n/.test(script)) faults.push('line without a carriage return')
  if (script.match(/\($/gm)?.length !== script.match(/^\)/gm)?.length) faults.push('unterminated block')
  // cmd.exe ends a block at the first closing parenthesis.
  for (const [line] of script.matchAll(/^ {2}echo .*\).*$/gm)) faults.push(line)
  return faults
}
