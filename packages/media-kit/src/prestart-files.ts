import { posix, win32 } from 'node:path'
import type { Finding } from '@bootwright/api'
import { type FileEntry, type LinkEntry, read, type Tree } from '@bootwright/bytes'
import { error, messageOf, warning } from './findings.ts'

const PATH = ['prestart', 'files']
/** What Linux reads of a script to find its interpreter (BINPRM_BUF_SIZE). */
const FIRST_LINE_LIMIT = 256
/** More names than this help nobody in a message. */
const NAMES_SHOWN = 10

/** Each file and link that would not work on the target computer. */
export async function checkPrestartFiles(tree: Tree): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const [path, entry] of tree) {
    if (entry.kind === 'file') findings.push(...(await checkFile(path, entry)))
    if (entry.kind === 'link') findings.push(...checkLink(path, entry))
  }
  return findings
}

async function checkFile(path: string, { content }: FileEntry): Promise<readonly Finding[]> {
  try {
    const start = await read(content, 0, Math.min(content.size, FIRST_LINE_LIMIT))
    if (!/^#![^\n]*\r\n/.test(Buffer.from(start).toString('latin1'))) return []
    return [
      warning(
        PATH,
        `the first line of ${path} ends with CRLF, so the boot image cannot find its interpreter; save the file with LF line endings`,
      ),
    ]
  } catch (failure) {
    return [error(PATH, `${path}: ${messageOf(failure)}; make the file readable, or remove it`)]
  }
}

function checkLink(path: string, { target }: LinkEntry): readonly Finding[] {
  const advice = 'expected a link to one of the files; make it relative, or put the file itself there'
  // Windows calls a path absolute in every form that POSIX does.
  if (win32.isAbsolute(target)) return [error(PATH, `${path} is a link to ${target}, an absolute path; ${advice}`)]
  const end = posix.join(posix.dirname(path), target.replaceAll('\\', '/'))
  const isOutside = end === '..' || end.startsWith('../')
  return isOutside ? [error(PATH, `${path} is a link to ${target}, which leaves the folder; ${advice}`)] : []
}

/** Whether `./ask.sh` at the beginning of the command is one of the files. */
export function checkPrestartCommand(command: string, tree: Tree): readonly Finding[] {
  const name = fileOf(command)
  if (name === undefined || isAmong(tree, name)) return []
  const names = [...tree].flatMap(([path, { kind }]) => (kind === 'folder' ? [] : [path]))
  const found =
    names.length === 0
      ? 'and there are no files; add files'
      : names.length > NAMES_SHOWN
        ? `which is none of the ${names.length} files; correct the name, or add the file`
        : `which is none of the files; there are ${names.join(', ')}`
  return [error(['prestart', 'command'], `the command runs ./${name}, ${found}`)]
}

/** `ask.sh` of `./ask.sh --all`. Not for words that the shell changes: they may become any name. */
function fileOf(command: string): string | undefined {
  const word = /^\.\/([^\s;&|<>()"'\\$`*?[\]{}]+)(?=[\s;&|<>()]|$)/.exec(command.trim())?.[1]
  return word && posix.normalize(word)
}

/** What lies below a link is for the target computer to find. */
const isAmong = (tree: Tree, name: string): boolean =>
  [...tree].some(
    ([path, { kind }]) => (kind === 'link' && name.startsWith(`${path}/`)) || (kind !== 'folder' && path === name),
  )
