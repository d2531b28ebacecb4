import { API_VERSION, definePlugin, type Plugin, type Step } from '@bootwright/api'
import { applyDataImage } from './definitions/apply-data-image.ts'
import { applyDriverPackage } from './definitions/apply-driver-package.ts'
import { applyLinuxSettings } from './definitions/apply-linux-settings.ts'
import { applyNetworkSettings } from './definitions/apply-network-settings.ts'
import { applyOperatingSystemImage } from './definitions/apply-operating-system-image.ts'
import { applyWindowsSettings } from './definitions/apply-windows-settings.ts'
import { captureOperatingSystemImage } from './definitions/capture-operating-system-image.ts'
import { checkReadiness } from './definitions/check-readiness.ts'
import { connectToNetworkFolder } from './definitions/connect-to-network-folder.ts'
import { formatAndPartitionDisk } from './definitions/format-and-partition-disk.ts'
import { installApplication } from './definitions/install-application.ts'
import { installPackage } from './definitions/install-package.ts'
import { joinDomainOrWorkgroup } from './definitions/join-domain-or-workgroup.ts'
import { prepareForCapture } from './definitions/prepare-for-capture.ts'
import { restartComputer } from './definitions/restart-computer.ts'
import { runCommandLine } from './definitions/run-command-line.ts'
import { runScript } from './definitions/run-script.ts'
import { setDynamicVariables } from './definitions/set-dynamic-variables.ts'
import { setTaskSequenceVariable } from './definitions/set-task-sequence-variable.ts'
import { setupOperatingSystem } from './definitions/setup-operating-system.ts'

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
