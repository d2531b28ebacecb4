import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepProgram } from '@bootwright/api'
import type { ApplyDriverPackageOptions } from '../definitions/apply-driver-package.ts'
import { windowsOn } from './deployed-system.ts'
import { openAnswerFile } from './windows/answer-file.ts'
import { addDrivers } from './windows/dism.ts'

/** Where drivers wait for Windows to be set up. */
const WAITING = 'Windows/Temp/Bootwright/Drivers'

const program: StepProgram<ApplyDriverPackageOptions> = {
  async run({ driverPackage, recurse, unsigned }, context) {
    const { platform, variables, log } = context
    const { root, volume } = await windowsOn(context)
    const content = await context.content('driverPackage', driverPackage)
    const drivers = content.files.filter(file => /\.inf$/i.test(file) && (recurse || !file.includes('/')))
    if (drivers.length === 0)
      throw new Error(`the driver package "${driverPackage}" has no .inf file${recurse ? '' : ' in its own folder'}`)
    const folder = await content.copy()
    if (platform === 'windows') {
      const more = variables.get('OSDInstallDriversAdditionalOptions')?.split(/\s+/).filter(Boolean) ?? []
      await addDrivers(context, { volume, folder, recurse, unsigned, more })
    } else {
      if (unsigned)
        throw new Error('Windows takes no unsigned drivers while it is set up; deploy from Windows PE, or sign them')
      const to = join(root, WAITING, driverPackage)
      await mkdir(to, { recursive: true })
      await cp(folder, to, { recursive: true })
      const files = `%SystemRoot%\\Temp\\Bootwright\\Drivers\\${driverPackage}\\*.inf`
      const command = `pnputil.exe /add-driver "${files}"${recurse ? ' /subdirs' : ''} /install`
      const answers = await openAnswerFile(root, context.architecture)
      // What pnputil says of drivers for other devices is no reason to stop setting up Windows.
      answers.addCommand(`Bootwright: drivers ${driverPackage}`, `cmd.exe /c ${command} & exit /b 0`)
      await answers.save()
    }
    log.info(
      `${drivers.length} drivers of "${driverPackage}"${platform === 'windows' ? '' : ' are installed when Windows is set up'}`,
    )
  },
}
export default program
