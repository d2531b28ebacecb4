import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { fastestAccelerator } from '../src/accelerator.ts'
import { QEMU } from '../src/firmware.ts'

test('without a device for KVM machines are emulated', async t => {
  t.is(await fastestAccelerator('/nowhere/vmlinuz', '/nowhere/kvm'), 'tcg')
})
needs(test, QEMU)('what does not start as a kernel within two seconds is no reason to use KVM', async t => {
  const kernel = join(scratch(), 'vmlinuz')
  writeFileSync(kernel, Buffer.alloc(4096))
  const started = performance.now()
  t.is(await fastestAccelerator(kernel), 'tcg')
  t.true(performance.now() - started < 10_000)
})
