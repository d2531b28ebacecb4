import type { StepContext, StepProgram } from '@bootwright/api'
import type { InstallApplicationOptions } from '../definitions/install-application.ts'

/** Asks for a restart, which the step passes on when all is installed. */
const RESTART = 3010

const program: StepProgram<InstallApplicationOptions> = {
  async run({ applications, continueOnError }, context) {
    const { variables, log, signal } = context
    let restarts = false
    let failure = 0
    for (const name of inOrder(applications, context)) {
      signal.throwIfAborted()
      const exitCode = await install(name, context)
      restarts ||= exitCode === RESTART
      if (exitCode === 0 || exitCode === RESTART) continue
      log.warn(`the application "${name}" was not installed: exit code ${exitCode}`)
      failure ||= exitCode
      if (!continueOnError) break
    }
    variables.set('_TSAppInstallStatus', failure === 0 ? 'Success' : continueOnError ? 'Warning' : 'Error')
    if (failure !== 0 && !continueOnError) return failure
    return restarts ? RESTART : 0
  },
}
export default program

/** Each once, behind all that it depends on. Throws for a ring. */
function inOrder(wanted: readonly string[], { catalogue }: StepContext): readonly string[] {
  const ordered: string[] = []
  const visit = (name: string, path: readonly string[]): void => {
    if (ordered.includes(name)) return
    if (path.includes(name)) throw new Error(`applications depend on each other: ${[...path, name].join(' -> ')}`)
    const entry = catalogue.applications[name]
    if (!entry) throw new Error(`the application "${name}" is not on this medium`)
    for (const each of entry.dependencies) visit(each, [...path, name])
    ordered.push(name)
  }
  for (const name of wanted) visit(name, [])
  return ordered
}

async function install(name: string, context: StepContext): Promise<number> {
  const { install: command, detect, successCodes } = context.catalogue.applications[name]!
  if (detect !== undefined && (await context.shell(detect)).exitCode === 0) {
    context.log.info(`the application "${name}" is installed already`)
    return 0
  }
  context.log.info(`installing the application "${name}"`)
  const folder = await (await context.content('application', name)).copy()
  const { exitCode } = await context.shell(command, { folder })
  return exitCode === RESTART || !successCodes.includes(exitCode) ? exitCode : 0
}
