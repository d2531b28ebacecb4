// Prints every text that a person can see, as one list to be read: file:line, kind, text. With --codes: a table of all error codes with
// their texts, as Markdown. Arguments choose packages: node scripts/texts.mjs agent cli
import { globSync, readFileSync } from 'node:fs'
import { parseSync } from 'oxc-parser'

const arguments_ = process.argv.slice(2)
const isCodes = arguments_.includes('--codes')
const chosen = arguments_.filter(each => !each.startsWith('-'))

/** Calls by the name of what is called, and the kind of text they take. */
const KINDS = [
  [/^(description|summary|option|requiredOption|argument|addHelpText|Option|Argument|usage|choices)$/, 'help'],
  [/^(describe|meta)$/, 'schema'],
  [/^(debug|info|warn|error|log|print|start|report|show)$/, 'log'],
  [/Error$/, 'error'],
  [/^(add|warning|fail|refuse|addIssue)$/, 'finding'],
]
/** Several words, at least one of them of three letters: no path, no identifier, no option of a program. */
const SENTENCE = /[\p{L}\d)}'"`»] +[\p{L}«({]/u
const WORD = /\p{L}{3,}/u
/** Lines. Longer ones are scripts and documents for machines. */
const LONGEST = 3

const texts = globSync('packages/*/{src,page}/**/*.{ts,tsx}')
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => chosen.length === 0 || chosen.includes(file.split('/')[1]))
  .sort()
  .flatMap(textsIn)
process.stdout.write(
  isCodes ? codes() : texts.map(({ at, kind, text }) => `${at}  ${kind}  ${text.replaceAll('\n', '⏎')}\n`).join(''),
)

function textsIn(file) {
  const source = readFileSync(file, 'utf8')
  const { program, errors } = parseSync(file, source)
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`)
  const found = []
  const lineOf = lines(source)
  const visit = (node, kind, code) => {
    if (node === null || typeof node !== 'object') return
    if (Array.isArray(node)) {
      for (const each of node) visit(each, kind, code)
      return
    }
    if (/^(Import|ExportAll)|^TS(?!As|Satisfies|NonNull)/.test(node.type ?? '')) return
    const text = textOf(node, source)
    if (text !== undefined && isShown(text, kind))
      found.push({ at: `${file}:${lineOf(node.start)}`, file, kind, code, text })
    const inner = node.type === 'CallExpression' || node.type === 'NewExpression' ? kindOf(node) : undefined
    const ownCode = inner === 'error' || /^(fail|fault|problem)$/.test(nameOf(node.callee)) ? codeOf(node) : undefined
    for (const [key, child] of Object.entries(node))
      if (key !== 'type') visit(child, inner ?? property(node) ?? kind, ownCode ?? code)
  }
  visit(program, /\/messages\//.test(file) ? 'catalogue' : 'text', undefined)
  return found
}

function isShown(text, kind) {
  if (!SENTENCE.test(text) || !WORD.test(text) || text.split('\n').length > LONGEST) return false
  return kind !== 'text' || !/^[\s\w./=:;,$%{}<>|&"'()[\]\\^*+?-]*[=;|\\^]/.test(text)
}

function textOf(node, source) {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type === 'JSXText') return node.value.trim()
  if (node.type !== 'TemplateLiteral') return undefined
  return node.quasis
    .map((quasi, index) => {
      const expression = node.expressions[index]
      return `${quasi.value.cooked}${expression ? `{${source.slice(expression.start, expression.end)}}` : ''}`
    })
    .join('')
}

function kindOf({ callee }) {
  const name = nameOf(callee)
  return KINDS.find(([pattern]) => pattern.test(name))?.[1]
}

function nameOf(callee) {
  return callee?.property?.name ?? callee?.name ?? ''
}

/** `message`, `description` and `title` of an object, whoever gets it. */
function property({ type, key }) {
  if (type !== 'Property') return undefined
  const name = key.name ?? key.value
  if (name === 'message' || name === 'error') return 'finding'
  return name === 'description' || name === 'title' ? 'schema' : undefined
}

function codeOf({ arguments: given = [] }) {
  const [first] = given
  return first?.type === 'Literal' && /^[A-Z][A-Z\d_]+$/.test(first.value) ? first.value : undefined
}

function lines(source) {
  const starts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)]
  return offset => starts.findLastIndex(start => start <= offset) + 1
}

/** What stands behind the last semicolon of a message says what to do. */
function codes() {
  const rows = texts
    .filter(({ code }) => code !== undefined)
    .map(({ code, file, text }) => {
      const parts = text.replaceAll('|', '\\|').replaceAll('\n', ' ').split('; ')
      const remedy = parts.length > 1 ? parts.pop() : ''
      return `| \`${code}\` | ${file.split('/')[1]} | ${parts.join('; ')} | ${remedy} |`
    })
  return `| code | package | cause | remedy |\n| --- | --- | --- | --- |\n${[...new Set(rows)].sort().join('\n')}\n`
}
