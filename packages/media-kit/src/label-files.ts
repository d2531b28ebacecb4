/** `MediaLabel.txt`: the whole label, also where the carrier's volume name is shorter. */
export const mediaLabel = (label: string): string => `label=${label}\n`

/** What Windows shows for the medium. Windows reads UTF-16 with a byte order mark, and else the code page of the computer. */
export function autorun(label: string): Uint8Array {
  const text = `[autorun]\r\nlabel=${label}\r\n`
  return /^\p{ASCII}*$/u.test(text) ? Buffer.from(text, 'latin1') : Buffer.from(`\uFEFF${text}`, 'utf16le')
}
