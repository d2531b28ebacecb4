import { promises as fs } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Io } from '../io.ts'
import { UsageError } from '../usage-error.ts'

const FILE = 'bootwright.config.yaml'
const PLUGINS = ['@bootwright/plugin-bootable', '@bootwright/boot-linux', '@bootwright/target-iso']

interface Answers {
  readonly name: string
  readonly label: string
  readonly management: 'dynamic' | 'site-based'
  readonly managementPoint: string
  readonly language: 'en' | 'fr'
}
const DEFAULTS: Answers = {
  name: 'lab',
  label: 'Lab boot',
  management: 'dynamic',
  managementPoint: 'https://mp1.corp.example',
  language: 'en',
}

export function initCommand(program: Command, io: Io): void {
  program
    .command('init')
    .description(`prompt for the basics and create ${FILE}`)
    .option('-y, --yes', 'accept all defaults without prompting')
    .action(async ({ yes }: { readonly yes?: boolean }) => {
      if (!yes && !io.stdin.isTTY)
        throw new UsageError('init needs a terminal to prompt; use --yes to accept the defaults')
      const answers = yes ? DEFAULTS : await ask(io)
      const file = resolve(io.cwd, FILE)
      await fs.writeFile(file, await definitionFor(answers), { flag: 'wx' }).catch(error => {
        throw error.code === 'EEXIST' ? new Error(`${file} already exists; edit it, or remove it first`) : error
      })
      io.stdout.write(
        `${file} is written. Next:\n  npm install --save-dev ${PLUGINS.join(' ')}\n  bootwright plan\n  bootwright build\n`,
      )
    })
}

async function ask({ stdin, stdout, signal }: Io): Promise<Answers> {
  const prompts = await import('@clack/prompts')
  const answered = <T>(answer: T): Exclude<T, symbol> => {
    if (prompts.isCancel(answer)) throw new Error('nothing was written')
    return answer as Exclude<T, symbol>
  }
  const common = { input: stdin, output: stdout, signal }
  const text = async (message: string, proposal: string): Promise<string> =>
    answered(await prompts.text({ ...common, message, initialValue: proposal }))
  return {
    name: await text('Name of the medium in the definition', DEFAULTS.name),
    label: await text('Label shown to people', DEFAULTS.label),
    management: answered(
      await prompts.select({
        ...common,
        message: 'Management',
        options: [
          {
            value: 'dynamic' as const,
            label: 'dynamic',
            hint: 'management points in order of priority; they may redirect',
          },
          { value: 'site-based' as const, label: 'site-based', hint: 'exactly one management point' },
        ],
      }),
    ),
    managementPoint: await text('First management point', DEFAULTS.managementPoint),
    language: answered(
      await prompts.select({
        ...common,
        message: 'Language on the computer',
        options: [
          { value: 'en' as const, label: 'English' },
          { value: 'fr' as const, label: 'Français' },
        ],
      }),
    ),
  }
}

/** Management over https requires a root certificate; only the user knows where it is. */
async function definitionFor({ name, label, management, managementPoint, language }: Answers): Promise<string> {
  const { stringify } = await import('yaml')
  const definition = {
    plugins: PLUGINS,
    site: { managementPoints: [managementPoint], rootCertificates: ['./root.pem'] },
    media: {
      [name]: {
        type: 'bootable',
        management,
        bootImage: { linux: { distribution: 'debian' } },
        label,
        language,
        targets: [{ iso: { file: `out/${name}.iso` } }],
      },
    },
  }
  return `# Preview with "bootwright plan", build with "bootwright build".\n${stringify(definition)}`
}
