export { commandFaults } from './command-faults.ts'
export { efiProgram } from './efi-program.ts'
export { freePort } from './free-port.ts'
export { needs, scratch, whereIs } from './tools.ts'
