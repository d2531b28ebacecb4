import type { Gathered } from './gathered.ts'
import { SETTINGS } from './settings-steps.ts'
import { type Convert, environmentName, type SourceStep, source } from './source-step.ts'

const packageOf = (
  step: SourceStep,
  { packages }: Gathered,
  program?: { name: string; command: string },
): string | undefined => {
  const id = step.value('PackageID') || step.value('_SMSSWDPackageID')
  if (id === '') return undefined
  const known = packages.get(id) as { readonly programs?: Record<string, string> } | undefined
  const programs = { ...known?.programs, ...(program && { [program.name]: program.command }) }
  packages.set(id, { ...source(id), ...(Object.keys(programs).length > 0 && { programs }) })
  return id
}

/** `smsswd.exe /run:ABC00012 cmd /c x` runs `cmd /c x` in the folder of a package. */
const commandOf = ({ action, value }: SourceStep): string =>
  value('CommandLine') || action.replace(/^"?smsswd\.exe"?\s+\/run:\S*\s*/i, '').trim()

const runCommandLine: Convert = (step, gathered, note) => {
  const command = commandOf(step)
  const script = /(ZTI|LTI)\w+\.wsf/i.exec(command)?.[0]
  if (script !== undefined) {
    note(`it ran ${script} of MDT, which is not part of this; what it did has to be done by other steps`)
    return undefined
  }
  if (command === '') {
    note('it has no command line')
    return undefined
  }
  const name = packageOf(step, gathered)
  const folder = step.value('WorkingDirectory')
  if (step.value('UserName') !== '') note(`it ran as ${step.value('UserName')}; here it runs as the system`)
  return {
    runCommandLine: {
      command,
      ...(name !== undefined && { package: name }),
      ...(folder !== '' && { folder }),
      ...(step.value('OutputVariableName') !== '' && { outputVariable: step.value('OutputVariableName') }),
    },
  }
}

const runPowerShell: Convert = (step, gathered, note) => {
  const name = packageOf(step, gathered)
  const file = step.value('ScriptName')
  const encoded = step.value('SourceScript')
  const parameters = step.value('Parameters')
  if (parameters !== '') note('its parameters are a single text and were split at spaces')
  const common = { language: 'powershell', ...(parameters !== '' && { parameters: parameters.split(/\s+/) }) }
  if (encoded !== '')
    return { runScript: { ...common, script: Buffer.from(encoded, 'base64').toString('utf8').replaceAll('\0', '') } }
  if (name !== undefined && file !== '') return { runScript: { ...common, package: name, file } }
  note('its script is neither in the sequence nor in a package')
  return undefined
}

const setVariable: Convert = (step, _, note) => {
  const name = step.value('VariableName') || step.value('OSDVariableName') || step.value('Variable')
  const value = step.value('VariableValue') || step.value('OSDVariableValue') || step.value('Value')
  if (name === '') {
    note('it names no variable')
    return undefined
  }
  if (name.startsWith('_')) {
    note(`it sets ${name}, and names that begin with "_" are read-only`)
    return undefined
  }
  if (!step.isHidden('VariableValue') && !step.isHidden('OSDVariableValue'))
    return { setTaskSequenceVariable: { name, value } }
  note(
    `the value of ${name} is hidden and was not exported; give it in the environment variable ${environmentName(name)}`,
  )
  return { setTaskSequenceVariable: { name, value: { secret: { env: environmentName(name) } } } }
}

const restart: Convert = step => {
  const target = step.value('Target') || step.action
  const message = step.value('SMSRebootMessage') || step.value('Message')
  const seconds = Number.parseInt(step.value('SMSRebootTimeout') || step.value('MessageTimeout'), 10)
  return {
    restartComputer: {
      into: /winpe/i.test(target) ? 'bootImage' : 'installedSystem',
      ...(message !== '' && { message }),
      ...(seconds > 0 && { seconds }),
    },
  }
}

const TYPES: Readonly<Record<string, string>> = {
  primary: 'primary',
  efi: 'efi',
  msr: 'reserved',
  recovery: 'recovery',
  extended: 'extended',
  logical: 'logical',
  hidden: 'hidden',
}
const FILE_SYSTEMS: Readonly<Record<string, string>> = { fat32: 'fat32', ntfs: 'ntfs', exfat: 'exfat' }

const partitionDisk: Convert = (step, _, note) => {
  const disk = Number.parseInt(step.value('OSDDiskIndex') || step.value('DiskIndex') || '0', 10)
  const style = (step.value('OSDPartitionStyle') || step.value('PartitionStyle') || 'gpt').toLowerCase()
  const partitions = []
  for (let index = 0; ; index += 1) {
    const value = (name: string): string => step.value(`OSDPartitions${index}${name}`)
    const type = value('Type').toLowerCase()
    if (type === '') break
    const size = Number.parseInt(value('Size'), 10)
    const unit = value('SizeUnits').toLowerCase()
    const isRest = !(size > 0) || (unit.startsWith('percent') && size === 100)
    partitions.push({
      type: TYPES[type] ?? 'primary',
      ...(!isRest && { size: unit.startsWith('percent') ? `${size}%` : `${size}${unit === 'gb' ? 'GB' : 'MB'}` }),
      ...(FILE_SYSTEMS[value('FileSystem').toLowerCase()] && {
        fileSystem: FILE_SYSTEMS[value('FileSystem').toLowerCase()],
      }),
      ...(value('VolumeName') !== '' && { label: value('VolumeName') }),
      ...(value('VolumeLetterVariable') !== '' && { variable: value('VolumeLetterVariable') }),
      ...(value('Bootable').toLowerCase() === 'true' && { bootable: true }),
    })
  }
  if (partitions.length === 0) {
    note('it has no partitions')
    return undefined
  }
  return { formatAndPartitionDisk: { disk, style: style === 'mbr' ? 'mbr' : 'gpt', partitions } }
}

const applyImage: Convert = (step, { images }, note) => {
  const id = step.value('ImagePackageID') || step.value('InstallPackageID') || step.value('OSGUID')
  if (id === '') {
    note('it names no image')
    return undefined
  }
  const index = Number.parseInt(step.value('ImageIndex') || step.value('OSDImageIndex'), 10)
  images.set(id, { ...source(`${id}.wim`), ...(index > 0 && { index }) })
  if (step.value('ConfigFileName') !== '') note(`its answer file ${step.value('ConfigFileName')} was left out`)
  const variable = step.value('DestinationVariable')
  const disk = Number.parseInt(step.value('DestinationDisk'), 10)
  const partition = Number.parseInt(step.value('DestinationPartition'), 10)
  return {
    applyOperatingSystemImage: {
      image: id,
      ...(variable !== '' && { destination: `%${variable}%` }),
      ...(variable === '' && partition > 0 && { destination: { disk: disk || 0, partition } }),
    },
  }
}

const installPackage: Convert = (step, gathered, note) => {
  const program = step.value('ProgramName') || step.value('_SMSSWDProgramName')
  const name = packageOf(step, gathered, { name: program || 'install', command: 'echo "say what installs it"; exit 1' })
  if (name === undefined) {
    note('it names no package; dynamic lists are not carried over')
    return undefined
  }
  note(`the command line of the program "${program || 'install'}" is not in the sequence; write it under packages`)
  return { installPackage: { package: name, program: program || 'install' } }
}

const installApplication: Convert = (step, { applications }, note) => {
  const names = [step.value('ApplicationName'), step.value('ApplicationGUID'), step.value('AppInfo')]
    .flatMap(text =>
      [...text.matchAll(/(?:DisplayName>([^<]+)<|^([^<>]+)$)/g)].map(([, shown, whole]) => (shown ?? whole)!.trim()),
    )
    .filter(Boolean)
  if (names.length === 0) {
    note('it names no application; dynamic lists are not carried over')
    return undefined
  }
  for (const name of names) {
    applications.set(name, { ...source(name.replaceAll('/', '-')), install: 'echo "say what installs it"; exit 1' })
    note(`the command line that installs "${name}" is not in the sequence; write it under applications`)
  }
  return { installApplication: { applications: names } }
}

/** By the type of the step; those of MDT begin with BDD. */
export const CONVERSIONS: Readonly<Record<string, Convert>> = {
  SMS_TaskSequence_RunCommandLineAction: runCommandLine,
  BDD_RunCommandLineAction: runCommandLine,
  SMS_TaskSequence_RunPowerShellScriptAction: runPowerShell,
  BDD_RunPowerShellAction: runPowerShell,
  SMS_TaskSequence_SetVariableAction: setVariable,
  SMS_TaskSequence_RebootAction: restart,
  SMS_TaskSequence_PartitionDiskAction: partitionDisk,
  SMS_TaskSequence_ApplyOperatingSystemAction: applyImage,
  BDD_InstallOS: applyImage,
  SMS_TaskSequence_SetupWindowsAndConfigMgrAction: () => ({ setupOperatingSystem: {} }),
  SMS_TaskSequence_InstallSoftwareAction: installPackage,
  SMS_TaskSequence_InstallApplicationAction: installApplication,
  BDD_InstallApplication: installApplication,
  ...SETTINGS,
}
