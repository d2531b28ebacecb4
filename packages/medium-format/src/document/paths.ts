/** The descriptor: in clear, read before everything else. */
export const DESCRIPTOR_PATH = 'bootwright/medium.json'
/** The environment of a medium without a password. */
export const ENVIRONMENT_PATH = 'bootwright/environment.json'
/** The environment of a medium with a password: age v1 format, one scrypt recipient. `age -d` opens it. */
export const SEALED_ENVIRONMENT_PATH = 'bootwright/environment.age'
/** The working folder of the prestart command. */
export const PRESTART_FOLDER = 'bootwright/prestart'
/** One line, `label=…`, for people and for tools that read it on Configuration Manager media. */
export const MEDIA_LABEL_PATH = 'MediaLabel.txt'
/** The manifest: every file of the medium with its digest. */
export const MANIFEST_PATH = 'bootwright/manifest.json'
/** The detached signature of the manifest: CMS SignedData, DER. */
export const SIGNATURE_PATH = 'bootwright/manifest.json.p7s'
/** The programs of the task sequence's steps: an ES module whose default export contains them by name. */
export const STEPS_PATH = 'bootwright/steps.mjs'
