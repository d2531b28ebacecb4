import { API_VERSION, definePlugin, type Plugin, type Step } from '@bootwright/api'
import { applyDataImage } from './steps/apply-data-image.ts'
import { applyDriverPackage } from './steps/apply-driver-package.ts'
import { applyLinuxSettings } from './steps/apply-linux-settings.ts'
import { applyNetworkSettings } from './steps/apply-network-settings.ts'
import { applyOperatingSystemImage } from './steps/apply-operating-system-image.ts'
import { applyWindowsSettings } from './steps/apply-windows-settings.ts'
import { captureOperatingSystemImage } from './steps/capture-operating-system-image.ts'
import { checkReadiness } from './steps/check-readiness.ts'
import { connectToNetworkFolder } from './steps/connect-to-network-folder.ts'
import { formatAndPartitionDisk } from './steps/format-and-partition-disk.ts'
import { installApplication } from './steps/install-application.ts'
import { installPackage } from './steps/install-package.ts'
import { joinDomainOrWorkgroup } from './steps/join-domain-or-workgroup.ts'
import { prepareForCapture } from './steps/prepare-for-capture.ts'
import { restartComputer } from './steps/restart-computer.ts'
import { runCommandLine } from './steps/run-command-line.ts'
import { runScript } from './steps/run-script.ts'
import { setDynamicVariables } from './steps/set-dynamic-variables.ts'
import { setTaskSequenceVariable } from './steps/set-task-sequence-variable.ts'
import { setupOperatingSystem } from './steps/setup-operating-system.ts'

// biome-ignore lint/suspicious/noExplicitAny: options are validated by each step's own schema
type AnyStep = Step<any>

/** The steps by the names under which task sequences choose them. */
export const STEPS: Readonly<Record<string, AnyStep>> = {
  runCommandLine,
  runScript,
  setTaskSequenceVariable,
  setDynamicVariables,
  restartComputer,
  checkReadiness,
  connectToNetworkFolder,
  formatAndPartitionDisk,
  applyOperatingSystemImage,
  applyDataImage,
  applyDriverPackage,
  applyWindowsSettings,
  applyLinuxSettings,
  applyNetworkSettings,
  setupOperatingSystem,
  installPackage,
  installApplication,
  joinDomainOrWorkgroup,
  prepareForCapture,
  captureOperatingSystemImage,
}

/** Contributes the steps. */
const plugin: Plugin = definePlugin({
  name: '@bootwright/steps',
  apiVersion: API_VERSION,
  setup({ contribute }) {
    for (const [name, step] of Object.entries(STEPS)) contribute('step', name, [], () => step)
  },
})
export default plugin
