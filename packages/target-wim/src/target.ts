import { resolve } from 'node:path'
import type { DigestCache, Library, Target } from '@bootwright/api'
import { createWim } from '@bootwright/format-wim'
import { wholeTree, writeImageFiles } from '@bootwright/image-writer'
import { schema, type WimTargetOptions } from './options.ts'
import { wimReader } from './reader.ts'

export const wimTarget = (digests: DigestCache, library: Library): Target<WimTargetOptions> => ({
  schema,
  outputs: ({ file }, { folder }) => [resolve(folder, file)],
  async plan({ options: { file, compression }, folder, medium }) {
    const { label, date, about = {} } = medium
    const others = { CREATEDBY: about.createdBy, VERSION: about.version }
    const words = {
      name: label,
      description: about.comment,
      others: Object.fromEntries(Object.entries(others).flatMap(([name, text]) => (text ? [[name, text]] : []))),
    }
    const { bytes } = await createWim([{ tree: wholeTree(medium), words }], {
      compression,
      date,
      digests: {
        get: content => digests.get(content, 'sha1'),
        set: (content, sha1) => digests.set(content, sha1, 'sha1'),
      },
      store: { keep: (key, make) => library.file({ name: 'WIM resource', inputs: key }, make) },
    })
    return {
      parts: [{ destination: resolve(folder, file), bytes }],
      facts: { compression, images: '1', ...(about.version && { version: about.version }) },
    }
  },
  write: (image, request) => writeImageFiles(image, request, { digests, reader: wimReader }),
})
