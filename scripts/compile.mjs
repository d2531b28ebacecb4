// Compiles every package for publishing: dist/*.d.ts by tsc, dist/*.js by esbuild.
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'

// Nothing is checked here, that is for `pnpm types`: each file says the types of what it exports (isolatedDeclarations).
const declarations = 'node_modules/.cache/declarations'
rmSync(declarations, { recursive: true, force: true })
const tsc = ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']
const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' })
if (status !== 0) process.exit(1)
await Promise.all(globSync('packages/*/package.json').map(compile))

async function compile(manifest) {
  const { private: isPrivate, exports, bin = {} } = JSON.parse(readFileSync(manifest, 'utf8'))
  if (isPrivate) return
  const folder = dirname(manifest)
  const entryPoints = [...new Set([...Object.values(exports), ...Object.values(bin)])]
    .filter(path => path.endsWith('.ts'))
    .flatMap(path => (path.includes('*') ? globSync(path, { cwd: folder }) : [path]))

  const dist = join(folder, 'dist')
  rmSync(dist, { recursive: true, force: true })
  renameSync(join(declarations, folder, 'src'), dist)
  await build({
    absWorkingDir: resolve(folder),
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
}
