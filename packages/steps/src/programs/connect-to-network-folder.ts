import type { StepProgram } from '@bootwright/api'
import type { ConnectToNetworkFolderOptions } from '../definitions/connect-to-network-folder.ts'
import { revealed } from './secret.ts'
import { connectShare, type Share } from './share.ts'

const program: StepProgram<ConnectToNetworkFolderOptions> = {
  async run(options, context) {
    const { variables, log } = context
    const share: Share = {
      path: variables.get('SMSConnectNetworkFolderPath') ?? options.path,
      at: variables.get('SMSConnectNetworkFolderDriveLetter') ?? options.at,
      account: variables.get('SMSConnectNetworkFolderAccount') ?? options.account,
      password: variables.get('SMSConnectNetworkFolderPassword') ?? (options.password && revealed(options.password)),
    }
    await connectShare(context, share)
    log.info(`${share.path} is at ${share.at}`)
  },
}
export default program
