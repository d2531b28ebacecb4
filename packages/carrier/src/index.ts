export { NoUpdateError } from './no-update-error.ts'
export { type ImageUpdate, updateImage } from './update-image.ts'
export { writeImageFiles } from './write-image-files.ts'
