import type { MediumIdentity } from '@bootwright/api'
import { startCommand } from '@bootwright/medium-format'
import { markerPath } from './boot-menus.ts'

const FOLDER = '\\EFI\\Bootwright'
const NOTE = '%SystemDrive%\\Bootwright\\entry.txt'

export interface EfiPrograms {
  /** On the medium: `EFI/BOOT`. */
  readonly folder: string
  /** What firmware starts, and after it what that starts: `BOOTX64.EFI`, `grubx64.efi`. */
  readonly names: readonly [string, ...string[]]
}

/**
 * Restarts a computer with UEFI from Windows into the boot image, once: boot loaders are copied to the system partition, where they find
 * the medium by its marker, and firmware is told to start them next time (bcdedit: `{fwbootmgr} bootsequence`, UEFI's `BootNext`).
 */
export const startCommandOf = ({ id }: Pick<MediumIdentity, 'id'>, { folder, names }: EfiPrograms): string => {
  const marker = markerPath(id).replaceAll('/', '\\')
  const programs = folder.replaceAll('/', '\\')
  return startCommand({
    files: [marker, ...names.map(name => `${programs}\\${name}`)],
    check: [
      'bcdedit /enum {current} | findstr /i winload.efi >nul || (',
      '  echo start.cmd: this Windows was started by a BIOS, from which its boot manager starts no Linux; start the computer from the medium itself',
      '  exit /b 1',
      ')',
    ],
    body: [
      'set ESP=',
      'for %%d in (Z Y X W V U T S R Q P) do if not exist %%d:\\ set ESP=%%d:',
      'if "%ESP%"=="" goto failed',
      'mountvol %ESP% /s || goto failed',
      // A GRUB of somebody else keeps its menu.
      `if exist %ESP%\\boot\\grub\\grub.cfg findstr /c:"--set=root /.disk/" %ESP%\\boot\\grub\\grub.cfg >nul || goto unmounted`,
      `mkdir %ESP%${FOLDER} %ESP%\\boot\\grub 2>nul`,
      ...names.map(
        name => `copy /y /b "%MEDIUM%\\${programs}\\${name}" %ESP%${FOLDER}\\${name} >nul || goto unmounted`,
      ),
      'copy /y /b "%MEDIUM%\\boot\\grub\\grub.cfg" %ESP%\\boot\\grub\\grub.cfg >nul || goto unmounted',
      // An entry of an earlier start goes.
      `if exist "${NOTE}" for /f "usebackq delims=" %%i in ("${NOTE}") do bcdedit /delete %%i >nul 2>&1`,
      'set ENTRY=',
      'for /f "tokens=2 delims={}" %%i in (\'bcdedit /copy {bootmgr} /d "Bootwright"\') do set ENTRY={%%i}',
      'if "%ENTRY%"=="" goto unmounted',
      'mkdir "%SystemDrive%\\Bootwright" 2>nul',
      `(echo %ENTRY%)>"${NOTE}"`,
      'bcdedit /set %ENTRY% device partition=%ESP% >nul || goto unmounted',
      `bcdedit /set %ENTRY% path ${FOLDER}\\${names[0]} >nul || goto unmounted`,
      'bcdedit /set {fwbootmgr} bootsequence %ENTRY% >nul || goto unmounted',
      'mountvol %ESP% /d',
      'goto restart',
      ':unmounted',
      'mountvol %ESP% /d',
      'goto failed',
      ':restart',
    ],
  })
}
