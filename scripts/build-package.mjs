// Builds the package in the current folder for publishing: dist/*.js by esbuild, dist/*.d.ts by tsc.
import { execFileSync } from 'node:child_process'
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const { exports, bin = {} } = JSON.parse(readFileSync('package.json', 'utf8'))
const entryPoints = [...new Set([...Object.values(exports), ...Object.values(bin)])]
  .filter(path => path.endsWith('.ts'))
  .flatMap(path => (path.includes('*') ? globSync(path) : [path]))

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints,
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node24',
  logLevel: 'warning',
})
const config = 'node_modules/.cache/tsconfig.json'
mkdirSync('node_modules/.cache', { recursive: true })
writeFileSync(
  config,
  JSON.stringify({
    extends: '../../../../tsconfig.json',
    compilerOptions: {
      noEmit: false,
      emitDeclarationOnly: true,
      rootDir: '../../src',
      outDir: '../../dist',
      types: ['node'],
    },
    include: ['../../src'],
    exclude: [],
  }),
)
execFileSync('../../node_modules/.bin/tsc', ['-p', config], { stdio: 'inherit', shell: process.platform === 'win32' })
