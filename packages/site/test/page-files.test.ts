import test from 'ava'
import { pageFiles } from '../src/page-files.ts'

test('the page needs nothing but its own files', async t => {
  const files = await pageFiles()
  t.deepEqual([...files.keys()], ['index.html', 'page.css', 'page.js'])
  const named = [...files.get('index.html')!.body.matchAll(/(?:href|src)="\/page\/([^"]+)"/g)].map(([, name]) => name!)
  t.deepEqual(named, ['page.css', 'page.js'])
  for (const { body } of files.values()) t.notRegex(body, /https?:\/\/(?!www\.w3\.org\/)/)
  t.is(await pageFiles(), files)
})
