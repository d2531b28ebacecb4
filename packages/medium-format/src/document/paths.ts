/** Where a medium says what it is: in clear, read before anything else. */
export const DESCRIPTOR_PATH = 'bootwright/medium.json'
/** The environment of a medium without a password. */
export const ENVIRONMENT_PATH = 'bootwright/environment.json'
/** The environment of a medium with a password: age v1 format, one scrypt recipient. `age -d` opens it. */
export const SEALED_ENVIRONMENT_PATH = 'bootwright/environment.age'
/** The working folder of the prestart command. */
export const PRESTART_FOLDER = 'bootwright/prestart'
/** One line, `label=…`, for people and for tools that know it from other media. */
export const MEDIA_LABEL_PATH = 'MediaLabel.txt'
/** Every file of the medium with its digest. */
export const MANIFEST_PATH = 'bootwright/manifest.json'
/** The detached signature of the manifest: CMS SignedData, DER. */
export const SIGNATURE_PATH = 'bootwright/manifest.json.p7s'
/** The programs of the steps of the task sequence: an ES module whose default export has them by name. */
export const STEPS_PATH = 'bootwright/steps.mjs'
