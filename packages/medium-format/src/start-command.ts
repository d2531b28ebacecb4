/** Starts a medium from a Windows that runs. */
export const START_COMMAND_PATH = 'bootwright/start.cmd'
/** Before that, when a medium has it: what is done to the Windows that runs. Its exit code is 0, or nothing is started. */
export const PREPARE_COMMAND_PATH = 'bootwright/prepare.cmd'

export interface StartCommand {
  /** What has to be on the medium, relative to its root, by backslashes. */
  readonly files: readonly string[]
  /** Whether this computer can start it at all: ends by `exit /b 1` when not, before anything is asked or done. */
  readonly check?: readonly string[]
  /**
   * Has the computer start the medium next time; `%MEDIUM%` is its root, and `goto failed` says that it was not possible. What comes after it
   * restarts the computer.
   */
  readonly body: readonly string[]
}

/** The script that starts a medium from a Windows that runs: it asks, prepares, has the boot manager told, and restarts. */
export const startCommand = ({ files, check = [], body }: StartCommand): string =>
  commandLines(
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
    ...files.flatMap(file => [
      `if not exist "%MEDIUM%\\${file}" (`,
      `  echo start.cmd: the medium has no ${file}; run this script from the medium itself`,
      '  exit /b 1',
      ')',
    ]),
    ...check,
    'if /i "%~1"=="/yes" goto go',
    'echo The computer restarts now, from this medium. What the medium does then may delete everything on the disks.',
    'set ANSWER=',
    'set /p "ANSWER=Go on? [y/N] "',
    'if /i not "%ANSWER%"=="y" (',
    '  echo start.cmd: nothing was done',
    '  exit /b 1',
    ')',
    ':go',
    'if exist "%~dp0prepare.cmd" call "%~dp0prepare.cmd" || exit /b 1',
    ...body,
    // BitLocker would ask for the recovery key when another system starts.
    'manage-bde -protectors -disable %SystemDrive% -RebootCount 1 >nul 2>&1',
    'shutdown /r /t 0',
    'exit /b 0',
    ':failed',
    'echo start.cmd: the boot manager could not be told to start the medium; start the computer from the medium itself',
    'exit /b 1',
  )

/** As Windows ends lines, which `cmd` needs to find labels. */
export function commandLines(...all: readonly string[]): string {
  return all.map(line => `${line}\r\n`).join('')
}
