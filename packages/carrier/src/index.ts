export { NoUpdateError } from './no-update-error.ts'
export { writeImageFiles } from './write-image-files.ts'
