import type { Command } from 'commander'
import type { Io } from '../io.ts'
import { open } from './open.ts'

export function schemaCommand(program: Command, io: Io): void {
  program
    .command('schema')
    .description('print the JSON Schema for this definition and its plugins')
    .action(async (_: unknown, command: Command) => {
      await using opened = await open(command, io)
      io.stdout.write(`${JSON.stringify(opened.session.jsonSchema(), null, 2)}\n`)
    })
}
