import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AgentError } from '../errors.ts'
import type { Programs } from '../programs.ts'

export const SERVICE = 'bootwright-task-sequence.service'
const AGENT = 'agent.mjs'
const LIBRARIES = 'lib'
const LOADER = /^ld-/

/**
 * Copies the runtime with all its libraries and the loader, so that it runs on any Linux with any C library. `program` is the agent. Throws
 * {@link AgentError} `RUNTIME_MISSING`.
 */
export async function copyRuntime({
  programs,
  program,
  folder,
}: {
  readonly programs: Programs
  readonly program: string
  readonly folder: string
}): Promise<void> {
  const { exitCode, output } = await programs.run(process.execPath, ['--version'], {
    environment: { LD_TRACE_LOADED_OBJECTS: '1' },
  })
  const libraries = [...output.matchAll(/(\/\S+\.so\S*) \(0x/g)].map(([, path]) => path!)
  const loader = libraries.find(path => LOADER.test(basename(path)))
  if (exitCode !== 0 || loader === undefined)
    throw new AgentError('RUNTIME_MISSING', `the libraries of the runtime cannot be listed: ${output.trim()}`)
  await mkdir(join(folder, LIBRARIES), { recursive: true })
  await copyFile(process.execPath, join(folder, 'node'))
  await copyFile(program, join(folder, AGENT))
  for (const path of libraries) await copyFile(path, join(folder, LIBRARIES, basename(path)))
  await writeFile(join(folder, 'start.sh'), startScript(basename(loader)), { mode: 0o755 })
  for (const path of ['node', join(LIBRARIES, basename(loader))]) await chmod(join(folder, path), 0o755)
}

const startScript = (loader: string): string => `#!/bin/sh
# Resumes the task sequence.
here=$(dirname "$(readlink -f "$0")")
exec "$here/${LIBRARIES}/${loader}" --library-path "$here/${LIBRARIES}" "$here/node" "$here/${AGENT}" "$@"
`

/** systemd.service(5). `folder` is a path in the installed system. */
export const serviceFile = (folder: string): string => `[Unit]
Description=Bootwright task sequence
After=local-fs.target systemd-user-sessions.service
ConditionPathExists=${folder}/start.sh

[Service]
Type=idle
ExecStart=${folder}/start.sh resume
StandardInput=null
TimeoutStartSec=infinity

[Install]
WantedBy=multi-user.target
`
