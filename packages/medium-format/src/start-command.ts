/** Script that starts the medium from a running Windows. */
export const START_COMMAND_PATH = 'bootwright/start.cmd'
/** Script that prepares the running Windows first, if the medium has it. The medium is started only if its exit code is 0. */
export const PREPARE_COMMAND_PATH = 'bootwright/prepare.cmd'

export interface StartCommand {
  /** Files that must be on the medium: paths from its root, with backslashes. */
  readonly files: readonly string[]
  /** Commands that check whether this computer can start the medium, before prompting: `exit /b 1` if it cannot. */
  readonly check?: readonly string[]
  /**
   * Commands that make the computer start the medium next time. `%MEDIUM%` is its root; `goto failed` reports a failure. Afterwards the script
   * restarts the computer.
   */
  readonly body: readonly string[]
}

/** The script at {@link START_COMMAND_PATH}: it prompts, prepares Windows, configures the boot manager and restarts the computer. */
export const startCommand = ({ files, check = [], body }: StartCommand): string =>
  commandLines(
    '@echo off',
    'rem Starts this medium from the running Windows: the computer restarts into the boot image once.',
    'rem Do not remove the medium. With /yes the script does not prompt.',
    'setlocal',
    'set MEDIUM=%~dp0..',
    'if not "%~1"=="" if /i not "%~1"=="/yes" (',
    '  echo start.cmd: unknown option %1; expected /yes, which skips the prompt',
    '  exit /b 1',
    ')',
    'fltmc >nul 2>&1 || (',
    '  echo start.cmd: administrator rights are required to restart into the medium; run this script as administrator',
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
    'echo The computer will restart from this medium. The medium may then delete everything on the disks.',
    'set ANSWER=',
    'set /p "ANSWER=Continue? [y/N] "',
    'if /i not "%ANSWER%"=="y" (',
    '  echo start.cmd: cancelled; nothing was changed',
    '  exit /b 1',
    ')',
    ':go',
    'if exist "%~dp0prepare.cmd" call "%~dp0prepare.cmd" || exit /b 1',
    ...body,
    // Otherwise BitLocker prompts for the recovery key when another system starts.
    'manage-bde -protectors -disable %SystemDrive% -RebootCount 1 >nul 2>&1',
    'shutdown /r /t 0',
    'exit /b 0',
    ':failed',
    'echo start.cmd: the boot manager could not be configured; start the computer from the medium with its boot menu',
    'exit /b 1',
  )

/** Lines with Windows line ends, which `cmd` needs to find labels. */
export function commandLines(...all: readonly string[]): string {
  return all.map(line => `${line}\r\n`).join('')
}
