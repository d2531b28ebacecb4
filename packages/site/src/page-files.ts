import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export interface PageFile {
  /** Media type. */
  readonly type: string
  readonly body: string
}

let made: Promise<ReadonlyMap<string, PageFile>> | undefined

/** The page, by the names of its files; made once, when it is first asked for. */
export function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  made ??= make()
  return made
}

const at = (name: string): string => fileURLToPath(new URL(`../page/${name}`, import.meta.url))

async function make(): Promise<ReadonlyMap<string, PageFile>> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [at('main.tsx')],
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
    ['index.html', { type: 'text/html; charset=utf-8', body: await readFile(at('index.html'), 'utf8') }],
    ['page.css', { type: 'text/css; charset=utf-8', body: await readFile(at('page.css'), 'utf8') }],
    ['page.js', { type: 'text/javascript; charset=utf-8', body: outputFiles[0]!.text }],
  ])
}
