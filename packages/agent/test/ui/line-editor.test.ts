import test from 'ava'
import fc from 'fast-check'
import { lineEditor } from '../../src/ui/line-editor.ts'

/** What a screen shows after `echo`, in one line. */
const screen = (echo: string): string => {
  const shown: string[] = []
  for (const character of echo.replaceAll('\b \b', '\b')) {
    if (character === '\b') shown.pop()
    else shown.push(character)
  }
  return shown.join('')
}
const type = (keys: string, isEchoed = true): { line: string | undefined; shown: string; rest: string } => {
  const { line, echo, rest } = lineEditor(isEchoed).edit(keys)
  return { line, shown: screen(echo), rest }
}

test('a line ends at every form of Enter', t => {
  for (const enter of ['\r', '\n', '\r\n'])
    t.deepEqual(type(`alice${enter}more`), { line: 'alice', shown: 'alice\n', rest: 'more' })
})
test('without Enter there is no line yet', t => {
  t.is(type('ali').line, undefined)
  const editor = lineEditor(true)
  editor.edit('ali')
  t.is(editor.edit('ce\r').line, 'alice')
})
test('backspace deletes whole characters and ignores an empty line', t => {
  t.is(type('\x7f\x7fZoé\x7fë😀\b!\r').line, 'Zoë!')
})
test('Ctrl-U and Ctrl-C delete the line, Ctrl-W a word', t => {
  t.is(type('one two\x15three\r').line, 'three')
  t.is(type('one two\x03three\r').line, 'three')
  t.is(type('one two  \x17three\r').line, 'one three')
  t.is(type('one\x17\x17 \x17two\r').line, 'two')
})
test('cursor keys and other control characters are ignored, also in pieces', t => {
  t.is(type('a\x1b[Ab\x1b[1;5Cc\x1bOPd\te\x1b[3~f\r').line, 'abcdef')
  const editor = lineEditor(true)
  for (const piece of ['a\x1b', '[', '1;5', 'Cb']) editor.edit(piece)
  t.is(editor.edit('\r').line, 'ab')
})
test('a password echoes only the end of the line', t => {
  t.deepEqual(type('open sesame\x7f\x7f\r', false), { line: 'open sesa', shown: '\n', rest: '' })
})
test('a stuck key does not fill the memory', t => {
  t.is(type(`${'x'.repeat(10_000)}\r`).line?.length, 4000)
})
test('the echo matches the line', t => {
  const keys = fc.array(fc.constantFrom('a', 'é', ' ', '\x7f', '\x15', '\x17', '\x1b[D'))
  fc.assert(
    fc.property(keys, pressed => {
      const { line, shown } = type(`${pressed.join('')}\r`)
      return shown === `${line}\n`
    }),
  )
  t.pass()
})

test('an Escape by itself does not swallow the next key', t => {
  for (const line of ['alice', 'éa', '1', ' ']) t.is(type(`\x1b${line}\r`).line, line)
  t.is(type('ab\x1b\x7fc\r').line, 'ac')
  t.is(type('a\x1b\x1b[Ab\r').line, 'ab')
})
test('an Escape or a truncated escape sequence never swallows Enter', t => {
  for (const enter of ['\r', '\n', '\r\n'])
    for (const begun of ['\x1b', '\x1b[', '\x1b[1;', '\x1bO', '\x1b[[']) {
      t.is(type(`a${begun}${enter}rest`).rest, 'rest')
      const editor = lineEditor(true)
      editor.edit(`a${begun}`)
      t.true(editor.edit(enter).line?.startsWith('a'))
    }
})
test('the function keys of the Linux console are ignored, also in pieces', t => {
  t.is(type('a\x1b[[Ab\x1b[[Ec\r').line, 'abc')
  const editor = lineEditor(true)
  for (const piece of ['a\x1b', '[', '[', 'Ab']) editor.edit(piece)
  t.is(editor.edit('\r').line, 'ab')
})
test('Ctrl-C is reported', t => {
  t.false(lineEditor(true).edit('alice').isInterrupted)
  t.true(lineEditor(true).edit('ali\x03').isInterrupted)
  t.false(lineEditor(true).edit('alice\r\x03').isInterrupted)
})
