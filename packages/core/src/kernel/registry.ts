import 'reflect-metadata'
import type { Contributions, Kind, Token, Values } from '@bootwright/api'
import { Container, type ServiceIdentifier } from 'inversify'
import { KernelError } from './kernel-error.ts'
import { attribute } from './plugin-error.ts'

interface Definition {
  readonly plugin: string
  readonly needs: readonly symbol[]
}

/** The one place that knows inversify: it takes factories and returns singletons. */
export class Registry {
  readonly #container = new Container({ defaultScope: 'Singleton' })
  readonly #definitions = new Map<symbol, Definition>()
  readonly #names = new Map<Kind, string[]>()

  provide<T, D extends readonly Token<unknown>[]>(
    plugin: string,
    key: Token<T>,
    needs: D,
    create: (...values: Values<D>) => T,
  ): void {
    if (typeof key !== 'symbol')
      throw new KernelError(
        'CONTRIBUTION_INVALID',
        `${plugin} provides a service without a token; create one with token("name")`,
      )
    this.#bind(plugin, key, needs, create)
  }

  contribute<K extends Kind, D extends readonly Token<unknown>[]>(
    plugin: string,
    kind: K,
    name: string,
    needs: D,
    create: (...values: Values<D>) => Contributions[K],
  ): void {
    if (typeof name !== 'string' || name === '')
      throw new KernelError('CONTRIBUTION_INVALID', `${plugin} contributes a ${kind} without a name`)
    this.#bind(plugin, keyOf(kind, name), needs, create, kind)
    this.#names.set(kind, [...this.names(kind), name])
  }

  names(kind: Kind): readonly string[] {
    return this.#names.get(kind) ?? []
  }

  use<K extends Kind>(kind: K, name: string): Contributions[K] {
    this.owner(kind, name)
    return this.#resolve<Contributions[K]>(keyOf(kind, name))
  }

  get<T>(key: Token<T>): T {
    if (!this.#definitions.has(key)) throw this.#missing(key, 'the kernel')
    return this.#resolve<T>(key)
  }

  /** The plugin behind a contribution. Throws, naming those that exist, when there is none. */
  owner(kind: Kind, name: string): string {
    const known = this.names(kind)
    const definition = known.includes(name) ? this.#definitions.get(keyOf(kind, name)) : undefined
    if (definition) return definition.plugin
    throw new KernelError('CONTRIBUTION_UNKNOWN', `no ${kind} "${name}"; known: ${known.join(', ') || 'none'}`, known)
  }

  async dispose(): Promise<void> {
    await this.#container.unbindAll()
  }

  #bind<T, D extends readonly Token<unknown>[]>(
    plugin: string,
    key: symbol,
    needs: D,
    create: (...values: Values<D>) => T,
    kind?: Kind,
  ): void {
    const label = key.description
    const known = this.#definitions.get(key)
    if (known) throw new KernelError('CONTRIBUTION_TWICE', `${plugin} and ${known.plugin} both define ${label}`)
    if (!Array.isArray(needs) || needs.some(need => typeof need !== 'symbol') || typeof create !== 'function')
      throw new KernelError(
        'CONTRIBUTION_INVALID',
        `${label} is defined wrongly; expected a list of tokens and a function`,
      )
    this.#definitions.set(key, { plugin, needs })
    this.#container.bind<T>(key as ServiceIdentifier<T>).toResolvedValue(
      (...values: unknown[]) => {
        try {
          return complete(requireValue(create(...(values as unknown as Values<D>)), label), kind, label)
        } catch (error) {
          throw attribute(error, plugin, createOf(key))
        }
      },
      needs as unknown as ServiceIdentifier[],
    )
  }

  #resolve<T>(key: symbol): T {
    this.#checkNeeds(key, [])
    return this.#container.get<T>(key as ServiceIdentifier<T>)
  }

  /** inversify's messages name no plugin. Needs may be provided by plugins that are set up later, so they are checked on first use. */
  #checkNeeds(key: symbol, path: readonly symbol[]): void {
    const { plugin, needs } = this.#definitions.get(key)!
    if (path.includes(key)) {
      const ring = [...path.slice(path.indexOf(key)), key].map(each => each.description)
      throw attribute(
        new KernelError('SERVICE_CYCLE', `services need each other: ${ring.join(' -> ')}`),
        plugin,
        createOf(key),
      )
    }
    for (const need of needs) {
      if (!this.#definitions.has(need)) throw attribute(this.#missing(need, 'it'), plugin, createOf(key))
      this.#checkNeeds(need, [...path, key])
    }
  }

  #missing(key: symbol, whoNeeds: string): KernelError {
    const contributed = new Set([...this.#names].flatMap(([kind, names]) => names.map(name => keyOf(kind, name))))
    const known = [...this.#definitions.keys()]
      .filter(each => !contributed.has(each))
      .map(each => `${each.description}`)
    return new KernelError(
      'SERVICE_MISSING',
      `${whoNeeds} needs ${key.description}, which no plugin provides; provided: ${known.join(', ') || 'none'}`,
      known,
    )
  }
}

/** A factory that returns nothing, or a promise, would fail far from here. */
function requireValue<T>(value: T, label: string | undefined): T {
  if (value === undefined || value === null)
    throw new KernelError('CONTRIBUTION_INVALID', `the function for ${label} returned nothing`)
  if (typeof (value as { then?: unknown }).then !== 'function') return value
  ;(value as unknown as Promise<unknown>).then(undefined, () => {})
  throw new KernelError(
    'CONTRIBUTION_INVALID',
    `the function for ${label} returned a promise; return the object itself and wait inside its methods`,
  )
}

/** The members that the kernel uses of each kind. Kinds that third parties add are not checked. */
const MEMBERS: { readonly [K in Kind]?: readonly (keyof Contributions[K])[] } = {
  mediaType: ['schema', 'package'],
  bootImage: ['schema', 'platform', 'resolve'],
  linuxDistribution: ['title', 'formatVersion', 'kernels', 'packageNames', 'resolve', 'layout', 'open', 'packageUrl'],
  contentSource: ['fetch'],
  signer: ['schema', 'open'],
  target: ['schema', 'outputs', 'plan', 'write'],
  imageReader: ['open'],
  step: ['title', 'schema', 'runsIn', 'platforms', 'program'],
}

function complete<T>(value: T, kind: Kind | undefined, label: string | undefined): T {
  const expected: readonly string[] = (kind !== undefined && MEMBERS[kind]) || []
  const missing = expected.filter(member => (value as Readonly<Record<string, unknown>>)[member] === undefined)
  if (missing.length === 0) return value
  throw new KernelError(
    'CONTRIBUTION_INVALID',
    `the function for ${label} returned an object without ${missing.join(', ')}; expected ${expected.join(', ')}`,
    expected,
  )
}

const keyOf = (kind: Kind, name: string): symbol => Symbol.for(`${kind} "${name}"`)
const createOf = (key: symbol): string => `create ${key.description}`
