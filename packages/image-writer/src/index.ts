export { NoUpdateError } from './no-update-error.ts'
export { startsUefi, wholeTree } from './one-volume.ts'
export { type ImageUpdate, updateImage } from './update-image.ts'
export { writeImageFiles } from './write-image-files.ts'
