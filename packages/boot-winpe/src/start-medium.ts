import { startCommand } from '@bootwright/medium-format'
import { FIRMWARE_LOADERS } from './boot-store.ts'

const COPY = '%SystemDrive%\\Bootwright'

/**
 * Restarts the computer into the boot image, once: `boot.wim` is copied to the system's volume, and the boot manager is told to load it into
 * memory next time (bcdedit: `bootsequence`). The medium has to stay where it is.
 */
export const START_MEDIUM: string = startCommand({
  files: ['sources\\boot.wim', 'boot\\boot.sdi'],
  body: [
    `mkdir "${COPY}" 2>nul`,
    `copy /y /b "%MEDIUM%\\sources\\boot.wim" "${COPY}\\boot.wim" >nul || goto failed`,
    `copy /y /b "%MEDIUM%\\boot\\boot.sdi" "${COPY}\\boot.sdi" >nul || goto failed`,
    // An entry of an earlier start goes.
    `if exist "${COPY}\\entry.txt" for /f "usebackq delims=" %%i in ("${COPY}\\entry.txt") do bcdedit /delete %%i /cleanup >nul 2>&1`,
    `set LOADER=${FIRMWARE_LOADERS.bios}`,
    `bcdedit /enum {current} | findstr /i winload.efi >nul && set LOADER=${FIRMWARE_LOADERS.uefi}`,
    'set RAMDISK=',
    'set ENTRY=',
    'for /f "tokens=2 delims={}" %%i in (\'bcdedit /create /d "Bootwright" /device\') do set RAMDISK={%%i}',
    'for /f "tokens=2 delims={}" %%i in (\'bcdedit /create /d "Bootwright" /application osloader\') do set ENTRY={%%i}',
    'if "%RAMDISK%"=="" goto failed',
    'if "%ENTRY%"=="" goto failed',
    `(echo %ENTRY%& echo %RAMDISK%)>"${COPY}\\entry.txt"`,
    'bcdedit /set %RAMDISK% ramdisksdidevice partition=%SystemDrive% >nul || goto failed',
    'bcdedit /set %RAMDISK% ramdisksdipath \\Bootwright\\boot.sdi >nul || goto failed',
    'for %%d in (device osdevice) do bcdedit /set %ENTRY% %%d ramdisk=[%SystemDrive%]\\Bootwright\\boot.wim,%RAMDISK% >nul || goto failed',
    'bcdedit /set %ENTRY% path %LOADER% >nul || goto failed',
    'bcdedit /set %ENTRY% systemroot \\windows >nul || goto failed',
    'bcdedit /set %ENTRY% winpe yes >nul || goto failed',
    'bcdedit /set %ENTRY% detecthal yes >nul || goto failed',
    'bcdedit /bootsequence %ENTRY% >nul || goto failed',
  ],
})
