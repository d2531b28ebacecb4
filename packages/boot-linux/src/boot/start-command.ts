import type { MediumIdentity } from '@bootwright/api'
import { startCommand } from '@bootwright/medium-format'
import { markerPath } from './boot-menus.ts'

const FOLDER = '\\EFI\\Bootwright'
const NOTE = '%SystemDrive%\\Bootwright\\entry.txt'

export interface EfiPrograms {
  /** Folder on the medium: `EFI/BOOT`. */
  readonly folder: string
  /** The program that firmware starts, followed by those that it starts: `BOOTX64.EFI`, `grubx64.efi`. */
  readonly names: readonly [string, ...string[]]
}

/**
 * A command that restarts a UEFI computer from Windows into the boot image, once. It copies the boot loaders to the system partition, where
 * they find the medium by its marker file, and sets them as the next boot entry (bcdedit: `{fwbootmgr} bootsequence`, UEFI: `BootNext`).
 * `menu` is the path of GRUB's menu, on the medium and on the system partition.
 */
export const startCommandOf = (
  { id }: Pick<MediumIdentity, 'id'>,
  { folder, names }: EfiPrograms,
  menu: string,
): string => {
  const configuration = menu.replaceAll('/', '\\')
  const configurationFolder = configuration.slice(0, configuration.lastIndexOf('\\'))
  const marker = markerPath(id).replaceAll('/', '\\')
  const programs = folder.replaceAll('/', '\\')
  return startCommand({
    files: [marker, ...names.map(name => `${programs}\\${name}`)],
    check: [
      'bcdedit /enum {current} | findstr /i winload.efi >nul || (',
      '  echo start.cmd: Windows was started by a BIOS, whose boot manager cannot start Linux; start the computer from the medium itself',
      '  exit /b 1',
      ')',
    ],
    body: [
      'set ESP=',
      'for %%d in (Z Y X W V U T S R Q P) do if not exist %%d:\\ set ESP=%%d:',
      'if "%ESP%"=="" goto failed',
      'mountvol %ESP% /s || goto failed',
      // The menu of another GRUB is not overwritten.
      `if exist %ESP%\\${configuration} findstr /c:"--set=root /.disk/" %ESP%\\${configuration} >nul || goto unmounted`,
      `mkdir %ESP%${FOLDER} %ESP%\\${configurationFolder} 2>nul`,
      ...names.map(
        name => `copy /y /b "%MEDIUM%\\${programs}\\${name}" %ESP%${FOLDER}\\${name} >nul || goto unmounted`,
      ),
      `copy /y /b "%MEDIUM%\\${configuration}" %ESP%\\${configuration} >nul || goto unmounted`,
      // The entry of an earlier start is deleted.
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
