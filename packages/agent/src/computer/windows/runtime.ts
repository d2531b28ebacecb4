import { access, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Windows Setup runs this script as SYSTEM when it ends, before the first logon (Microsoft, "Add a custom script to Windows Setup"). */
const SETUP_COMPLETE = 'Windows/Setup/Scripts/SetupComplete.cmd'
/** The script of the image, if it has one. */
const IMAGE_SETUP_COMPLETE = 'Windows/Setup/Scripts/SetupComplete-image.cmd'
const TASK = 'Bootwright task sequence'

export interface WindowsRuntime {
  /** Agent and runtime in the running system. */
  readonly program: string
  readonly runtime: string
  /** Root of the installed system, and the folder for agent and runtime below it. */
  readonly root: string
  readonly folder: string
}

/** Copies agent and runtime, and registers them to start when Windows is set up and after each restart. */
export async function copyRuntime({ program, runtime, root, folder }: WindowsRuntime): Promise<void> {
  await mkdir(folder, { recursive: true })
  await copyFile(runtime, join(folder, 'node.exe'))
  await copyFile(program, join(folder, 'agent.mjs'))
  await writeFile(join(folder, 'start.cmd'), START)
  const script = join(root, SETUP_COMPLETE)
  await mkdir(dirname(script), { recursive: true })
  const known = await readFile(script, 'utf8').catch(() => undefined)
  if (known !== undefined && !known.includes(TASK)) await copyFile(script, join(root, IMAGE_SETUP_COMPLETE))
  const hasImageScript = await access(join(root, IMAGE_SETUP_COMPLETE)).then(
    () => true,
    () => false,
  )
  const start = `%SystemDrive%\\${folder.slice(root.length).replaceAll('/', '\\').replace(/^\\+/, '')}\\start.cmd`
  await writeFile(script, setupComplete(start, hasImageScript))
}

const lines = (...text: readonly string[]): string => text.map(line => `${line}\r\n`).join('')

/** A running program cannot delete itself: the agent leaves a file when it is done, and this script deletes the folder. */
const START = lines(
  '@echo off',
  'rem Resumes the task sequence.',
  'chcp 65001 >nul',
  '"%~dp0node.exe" "%~dp0agent.mjs" %*',
  'if not "%1"=="resume" exit /b',
  'if exist "%~dp0done" start "" /b cmd /d /c "ping -n 3 127.0.0.1 >nul & rd /s /q ""%~dp0.."""',
)

const setupComplete = (start: string, hasOwn: boolean): string =>
  lines(
    '@echo off',
    ...(hasOwn ? ['call "%~dp0SetupComplete-image.cmd"'] : []),
    `schtasks /create /f /tn "${TASK}" /sc onstart /ru SYSTEM /rl highest /tr "\\"${start}\\" resume"`,
    `schtasks /run /tn "${TASK}"`,
  )

/** Unregisters the agent. The folder is deleted when the agent has ended. */
export async function removeRuntime(
  run: (command: string, args: readonly string[]) => Promise<unknown>,
  root: string,
  folder: string,
): Promise<void> {
  await run('schtasks', ['/delete', '/f', '/tn', TASK])
  await rm(join(root, SETUP_COMPLETE), { force: true })
  await writeFile(join(folder, 'done'), '')
}
