import {
  API_VERSION,
  type BootFiles,
  type BootImage,
  definePlugin,
  type Image,
  type Plugin,
  type Schema,
} from '@bootwright/api'
import { type Bytes, concat, digest, fromMemory, sortTree, type Tree } from '@bootwright/bytes'
import { fakeContent } from './fake-content.ts'

/** A schema that accepts any object and returns it unchanged. */
export const anySchema: Schema<Readonly<Record<string, unknown>>> = {
  '~standard': {
    version: 1,
    vendor: 'testkit',
    validate: value => ({ value: value as Record<string, unknown> }),
    jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
  },
}

/** Media type `plain`: a medium that contains `content`. */
export const fakeMediaType = (content: Tree = fakeContent({ 'readme.txt': 'hello\n' }), canSpan = false): Plugin =>
  definePlugin({
    name: 'testkit-plain-media',
    apiVersion: API_VERSION,
    setup({ contribute }) {
      contribute('mediaType', 'plain', [], () => ({
        schema: anySchema,
        canSpan,
        async package(context) {
          for (const [path, entry] of content) context.tree.set(path, entry)
        },
      }))
    },
  })

/** Boot image `plain`: it cannot boot, but has the files of a boot image. */
export const fakeBootImage = (files: Partial<BootFiles> = {}, about: Partial<BootImage> = {}): Plugin =>
  definePlugin({
    name: 'testkit-plain-boot-image',
    apiVersion: API_VERSION,
    setup({ contribute }) {
      contribute('bootImage', 'plain', [], () => ({
        schema: anySchema,
        platform: 'linux',
        resolve: async ({ architecture }) => ({
          description: 'a plain boot image',
          architecture,
          date: new Date('2026-01-02T03:04:06Z'),
          assemble: async () => ({ tree: fakeContent({ 'boot/kernel': 'kernel' }), ...files }),
          ...about,
        }),
      }))
    },
  })

/** Target `memory`: stores images in memory. */
export interface MemoryTarget {
  readonly plugin: Plugin
  readonly planned: readonly Image[]
  /** Images that were written, by destination. */
  readonly written: ReadonlyMap<string, Bytes>
}

export function memoryTarget(name = 'memory'): MemoryTarget {
  const planned: Image[] = []
  const written = new Map<string, Bytes>()
  const plugin = definePlugin({
    name: `testkit-${name}-target`,
    apiVersion: API_VERSION,
    setup({ contribute }) {
      contribute('target', name, [], () => ({
        schema: anySchema,
        outputs: () => [],
        plan({ medium }) {
          const image = { parts: [{ destination: `${name}:${medium.name}`, bytes: flatten(medium.tree) }], facts: {} }
          planned.push(image)
          return image
        },
        async write({ parts }) {
          return await Promise.all(
            parts.map(async ({ destination, bytes }) => {
              written.set(destination, bytes)
              return { destination, size: bytes.size, sha256: await digest(bytes) }
            }),
          )
        },
      }))
    },
  })
  return { plugin, planned, written }
}

const flatten = (tree: Tree): Bytes =>
  concat(
    sortTree(tree).flatMap(({ path, entry }) => [
      fromMemory(`${path}\n`),
      ...(entry.kind === 'file' ? [entry.content] : []),
    ]),
  )
