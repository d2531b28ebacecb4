import test from 'ava'
import { pageFiles } from '../src/page-files.ts'

test('the page references only its own files', async t => {
  const files = await pageFiles()
  t.deepEqual([...files.keys()], ['index.html', 'page.css', 'page.js'])
  const references = [...files.get('index.html')!.body.matchAll(/(?:href|src)="\/page\/([^"]+)"/g)].map(
    ([, name]) => name!,
  )
  t.deepEqual(references, ['page.css', 'page.js'])
  for (const { body } of files.values()) t.notRegex(body, /https?:\/\/(?!www\.w3\.org\/)/)
  t.is(await pageFiles(), files)
})
