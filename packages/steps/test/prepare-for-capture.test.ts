import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import prepare from '../src/programs/prepare-for-capture.ts'
import { fakeContext } from './fake-context.ts'
import { folderWith } from './folder-with.ts'

test('Windows is generalised by its own sysprep, and only checked from the boot image', async t => {
  const root = await folderWith({ 'Windows/System32/ntoskrnl.exe': '' })
  const play = (command: string) =>
    command === 'blkid' ? { output: 'ntfs\n' } : command === 'sfdisk' ? { output: '{}' } : undefined
  const inBootImage = fakeContext({ root, play, variables: { OSDCaptureSource: '/dev/sda3' } })
  await t.throwsAsync(prepare.run({ logs: true, sshKeys: true }, inBootImage), {
    message: /Windows on \/dev\/sda3 was not generalised.*start\.cmd/,
  })
  mkdirSync(join(root, 'Windows/Setup/State'), { recursive: true })
  writeFileSync(
    join(root, 'Windows/Setup/State/State.ini'),
    '[State]\r\nImageState=IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE\r\n',
  )
  await prepare.run({ logs: true, sshKeys: true }, inBootImage)
  t.true(inBootImage.said.some(each => each.includes('generalised')))

  const running = { ...fakeContext({ platform: 'windows' }), environment: 'installedSystem' as const }
  const before = process.env.SystemRoot
  process.env.SystemRoot = join(root, 'Windows')
  try {
    await prepare.run({ logs: true, sshKeys: true }, running)
    t.deepEqual(running.ran[0]!.args, ['/generalize', '/oobe', '/quit', '/quiet'])
    rmSync(join(root, 'Windows/Setup'), { recursive: true })
    await t.throwsAsync(prepare.run({ logs: true, sshKeys: true }, running), { message: /setuperr\.log says why/ })
  } finally {
    if (before === undefined) delete process.env.SystemRoot
    else process.env.SystemRoot = before
  }
})
