import { commandLines } from '@bootwright/medium-format'

/** Where the agent is in the image, on the drive that Windows PE runs from. */
export const FOLDER = 'Bootwright'

/** Runs when Windows PE has started, instead of its command prompt. When it ends, the computer restarts. */
export const SHELL_INI: string = commandLines(
  '[LaunchApps]',
  `%SYSTEMDRIVE%\\Windows\\System32\\cmd.exe, /d /c %SYSTEMDRIVE%\\${FOLDER}\\start.cmd`,
)

export interface StartOptions {
  readonly mediumId: string
  readonly inputLocale: string | undefined
  readonly hasDrivers: boolean
}

/** Starts the agent on the terms of `AgentProvider`. Network cards may have got their drivers only here: the network is set up again. */
export const startScript = ({ mediumId, inputLocale, hasDrivers }: StartOptions): string =>
  commandLines(
    '@echo off',
    // What programs print is UTF-8, as the agent reads it.
    'chcp 65001 >nul',
    `set BOOTWRIGHT_MEDIUM=${mediumId}`,
    'set PATH=%~dp0bin;%PATH%',
    'wpeinit',
    ...(inputLocale === undefined ? [] : [`wpeutil SetKeyboardLayout ${inputLocale}`]),
    ...(hasDrivers
      ? ['for /r "%~dp0drivers" %%i in (*.inf) do drvload "%%i"', 'wpeutil InitializeNetwork /NoWait']
      : []),
    '"%~dp0node.exe" "%~dp0agent.mjs"',
    'if %ERRORLEVEL%==10 goto restart',
    'if %ERRORLEVEL%==11 goto off',
    'echo The agent ended unexpectedly, with exit code %ERRORLEVEL%.',
    'pause',
    ':restart',
    'wpeutil reboot',
    'goto wait',
    ':off',
    'wpeutil shutdown',
    ':wait',
    'ping -n 60 127.0.0.1 >nul',
  )

/** Console keyboard maps by their names on Linux, as Windows names language and layout. */
const LAYOUTS: Readonly<Record<string, string>> = {
  us: '0409:00000409',
  uk: '0809:00000809',
  gb: '0809:00000809',
  fr: '040c:0000040c',
  be: '080c:0000080c',
  ch: '0807:00000807',
  fr_CH: '100c:0000100c',
  ca: '0c0c:00001009',
  de: '0407:00000407',
  es: '040a:0000040a',
  it: '0410:00000410',
  pt: '0816:00000816',
  br: '0416:00000416',
  nl: '0413:00020409',
  dk: '0406:00000406',
  se: '041d:0000041d',
  no: '0414:00000414',
  fi: '040b:0000040b',
  pl: '0415:00000415',
  cz: '0405:00000405',
  hu: '040e:0000040e',
  ru: '0419:00000419',
  jp: '0411:00000411',
}

/** `bootwright-keyboard NAME`: for programs that start after it; consoles that are open keep theirs. */
export const KEYBOARD_SCRIPT: string = commandLines(
  '@echo off',
  ...Object.entries(LAYOUTS).map(
    ([name, layout]) => `if /i "%~1"=="${name}" wpeutil SetKeyboardLayout ${layout} & exit /b`,
  ),
  `echo there is no keyboard map %~1; known: ${Object.keys(LAYOUTS).join(' ')}`,
  'exit /b 1',
)
