export { fakeContent } from './fake-content.ts'
export { anySchema, fakeBootImage, fakeMediaType, type MemoryTarget, memoryTarget } from './fakes.ts'
export { type Harness, type HarnessOptions, harness } from './harness.ts'
