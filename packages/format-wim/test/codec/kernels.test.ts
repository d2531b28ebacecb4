import test from 'ava'
// @ts-expect-error: a script
import { compileKernels } from '../../build-kernels.mjs'
import { KERNELS } from '../../src/codec/kernels-binary.ts'

test('the kernels that are kept are those of assembly/', async t => {
  t.true((await compileKernels()) === KERNELS, 'they have drifted apart: pnpm run kernels')
})
