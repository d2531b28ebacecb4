import type { StepProgram } from '@bootwright/api'
import type { InstallPackageOptions } from '../definitions/install-package.ts'

const program: StepProgram<InstallPackageOptions> = {
  async run({ package: name, program, command }, context) {
    const programs = context.catalogue.packages[name]?.programs ?? {}
    const line = command ?? programs[program ?? '']
    if (line === undefined)
      throw new Error(
        `the package "${name}" has no program "${program}"; it has ${Object.keys(programs).join(', ') || 'none'}`,
      )
    const folder = await (await context.content('package', name)).copy()
    return (await context.shell(line, { folder })).exitCode
  },
}
export default program
