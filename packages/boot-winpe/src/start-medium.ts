import { FIRMWARE_LOADERS } from './boot-store.ts'
import { lines } from './start-script.ts'

/** Starts the medium from a Windows that runs. */
export const START_MEDIUM_PATH = 'bootwright/start.cmd'
const COPY = '%SystemDrive%\\Bootwright'

/**
 * Restarts the computer into the boot image, once: `boot.wim` is copied to the system's volume, and the boot manager is told to load it into
 * memory next time (bcdedit: `bootsequence`). The medium has to stay where it is.
 */
export const START_MEDIUM: string = lines(
  '@echo off',
  'rem Starts this medium from the Windows that runs here: the computer restarts into its boot image, once.',
  'rem Leave the medium where it is. With /yes nothing is asked.',
  'setlocal',
  'set MEDIUM=%~dp0..',
  'if not "%~1"=="" if /i not "%~1"=="/yes" (',
  '  echo start.cmd: unknown option %1; there is only /yes, with which nothing is asked',
  '  exit /b 1',
  ')',
  'fltmc >nul 2>&1 || (',
  '  echo start.cmd: only an administrator can restart into another system; run it in a console that was opened as administrator',
  '  exit /b 1',
  ')',
  'if not exist "%MEDIUM%\\sources\\boot.wim" (',
  '  echo start.cmd: the medium has no sources\\boot.wim; run this script from the medium itself',
  '  exit /b 1',
  ')',
  'if /i "%~1"=="/yes" goto go',
  'echo The computer restarts now, from this medium. What the medium does then may delete everything on the disks.',
  'set ANSWER=',
  'set /p "ANSWER=Go on? [y/N] "',
  'if /i not "%ANSWER%"=="y" (',
  '  echo start.cmd: nothing was done',
  '  exit /b 1',
  ')',
  ':go',
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
  // BitLocker would ask for the recovery key when another system starts.
  'manage-bde -protectors -disable %SystemDrive% -RebootCount 1 >nul 2>&1',
  'bcdedit /bootsequence %ENTRY% >nul || goto failed',
  'shutdown /r /t 0',
  'exit /b 0',
  ':failed',
  'echo start.cmd: the boot manager could not be told to start the medium; start the computer from the medium itself',
  'exit /b 1',
)
