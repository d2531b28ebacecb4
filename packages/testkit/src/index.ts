export { fakeContent } from './fake-content.ts'
export { type Harness, type HarnessOptions, harness } from './harness.ts'
export { anything, type MemoryTarget, memoryTarget, plainBootImage, plainMedia } from './stand-ins.ts'
