// Compiles assembly/ to WebAssembly and keeps it in src/codec/kernels-binary.ts, so that the sources run without a build. After a change of
// assembly/: pnpm run kernels. A test tells when the two have drifted apart.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

export async function compileKernels() {
  const baseDir = fileURLToPath(new URL('.', import.meta.url))
  const files = new Map()
  const options = ['assembly/index.ts', '-O3', '--converge', '--runtime', 'stub', '--noAssert', '--use', 'abort=']
  const { error, stderr } = await asc.main([...options, '--outFile', 'kernels.wasm', '--baseDir', baseDir], {
    writeFile: (name, content) => void files.set(name, content),
  })
  if (error) throw new Error(`the kernels do not compile: ${stderr}`)
  return Buffer.from(files.get('kernels.wasm')).toString('base64')
}

export const KERNELS_FILE = new URL('src/codec/kernels-binary.ts', import.meta.url)

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(
    KERNELS_FILE,
    `/** WebAssembly of assembly/, in base64. Made by build-kernels.mjs. */\nexport const KERNELS: string =\n  '${await compileKernels()}'\n`,
  )
