import { randomBytes } from 'node:crypto'
import type { BuildContext, PinStore } from '@bootwright/api'
import { CONTENT_KEY_SIZE, openWithPassword, sealWithPassword } from '@bootwright/medium-format'
import type { MediaOptions } from '@bootwright/medium-format/options'

/** The key of a medium's contents, made once and kept under its password; undefined when they are not encrypted. */
export type ContentKey = (context: BuildContext<MediaOptions>) => Promise<Uint8Array | undefined>

export function contentKeys(keeper: PinStore): ContentKey {
  // Opening it takes a second, on purpose.
  const known = new WeakMap<object, Promise<Uint8Array>>()
  return async context => {
    const { medium } = context
    const { encrypt, password } = medium.options
    if (encrypt === undefined || password === undefined) return undefined
    const key = known.get(medium) ?? open(context, (await context.secret(password)).reveal())
    known.set(medium, key)
    return await key
  }
  async function open({ medium }: BuildContext<MediaOptions>, password: string): Promise<Uint8Array> {
    const kept = await keeper.pin(`${medium.name}/content-key`, { password }, () =>
      sealWithPassword(randomBytes(CONTENT_KEY_SIZE), password),
    )
    return await openWithPassword(kept, password)
  }
}
