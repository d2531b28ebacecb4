import { commandFaults } from '@bootwright/test-support'
import test from 'ava'
import { startCommandOf } from '../../src/boot/start-command.ts'

test('the command for Windows copies the boot loaders to the system partition and starts them once', t => {
  const script = startCommandOf(
    { id: 'abc-1' },
    { folder: 'EFI/BOOT', names: ['BOOTX64.EFI', 'grubx64.efi'] },
    'boot/grub/grub.cfg',
  )
  t.deepEqual(commandFaults(script), [])
  const lines = script.split('\r\n')
  for (const line of [
    'if not exist "%MEDIUM%\\.disk\\abc-1" (',
    'copy /y /b "%MEDIUM%\\EFI\\BOOT\\grubx64.efi" %ESP%\\EFI\\Bootwright\\grubx64.efi >nul || goto unmounted',
    'mkdir %ESP%\\EFI\\Bootwright %ESP%\\boot\\grub 2>nul',
    'copy /y /b "%MEDIUM%\\boot\\grub\\grub.cfg" %ESP%\\boot\\grub\\grub.cfg >nul || goto unmounted',
    'bcdedit /set %ENTRY% path \\EFI\\Bootwright\\BOOTX64.EFI >nul || goto unmounted',
    'bcdedit /set {fwbootmgr} bootsequence %ENTRY% >nul || goto unmounted',
  ])
    t.true(lines.includes(line), line)
  // The drive letter is removed in every case.
  t.is(lines.filter(line => line === 'mountvol %ESP% /d').length, 2)
  t.true(
    lines.indexOf('bcdedit /set {fwbootmgr} bootsequence %ENTRY% >nul || goto unmounted') <
      lines.indexOf('shutdown /r /t 0'),
  )
})
