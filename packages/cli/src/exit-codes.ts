/** What the exit status says; also in `--help` and the README. */
export const ExitCode = {
  ok: 0,
  /** Something failed while it was done: no space, no network, a plugin. */
  failed: 1,
  /** The command line or the definition is wrong; nothing was begun. */
  wrong: 2,
  /** The medium was tried and did not start. */
  testFailed: 3,
  /** The medium was read, and is not what was signed. */
  notVerified: 4,
  /** What has to be signed elsewhere was given out; the medium is not made before the signature is there. */
  signaturePending: 5,
  /** Interrupted, as a shell counts SIGINT. */
  interrupted: 130,
} as const
