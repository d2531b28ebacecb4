import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { PageFile } from './api/page.ts'

let bundled: Promise<ReadonlyMap<string, PageFile>> | undefined

/** The files of the page by name; bundled once, at the first request. */
export function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  bundled ??= bundle()
  return bundled
}

/** Resolves from `src/` and from the flat `dist/` alike: this module must stay at that depth. */
const pathOf = (name: string): string => fileURLToPath(new URL(`../page/${name}`, import.meta.url))

async function bundle(): Promise<ReadonlyMap<string, PageFile>> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [pathOf('main.tsx')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    legalComments: 'none',
    logLevel: 'silent',
  })
  return new Map([
    ['index.html', { type: 'text/html; charset=utf-8', body: await readFile(pathOf('index.html'), 'utf8') }],
    ['page.css', { type: 'text/css; charset=utf-8', body: await readFile(pathOf('page.css'), 'utf8') }],
    ['page.js', { type: 'text/javascript; charset=utf-8', body: outputFiles[0]!.text }],
  ])
}
