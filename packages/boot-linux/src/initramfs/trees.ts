import { type Bytes, type Entry, fromMemory, type Tree } from '@bootwright/bytes'
import { AGENT_PATH, DHCP_PATH, DHCP_SCRIPT, INIT_SCRIPT, KEYBOARD_COMMAND, TRUST_PATH } from './init-script.ts'

const program = (content: Bytes | Uint8Array | string): Entry => ({
  kind: 'file',
  content: typeof content === 'object' && 'segments' in content ? content : fromMemory(content),
  mode: 0o755,
})
const text = (content: string): Entry => ({ kind: 'file', content: fromMemory(content) })
const folder: Entry = { kind: 'folder' }

export interface SystemParts {
  /** By name, into /usr/bin. */
  readonly programs: ReadonlyMap<string, Uint8Array>
  /** `6.1.0-41-amd64`. */
  readonly release: string
  /** Below lib/modules/RELEASE. */
  readonly modules: ReadonlyMap<string, Uint8Array | string>
  readonly keyboards: Tree
}

/** All but the Node runtime and the agent. `programs` includes busybox; `/usr` is the only real folder, as in every present system. */
export function systemTree({ programs, release, modules, keyboards }: SystemParts): Tree {
  const tree = new Map<string, Entry>(keyboards)
  for (const name of ['dev', 'etc', 'mnt', 'proc', 'run', 'sys', 'tmp', 'var/log', 'usr/lib64']) tree.set(name, folder)
  tree.set('root', { kind: 'folder', mode: 0o700 })
  for (const name of ['bin', 'lib', 'lib64']) tree.set(name, { kind: 'link', target: `usr/${name}` })
  for (const name of ['sbin', 'usr/sbin']) tree.set(name, { kind: 'link', target: name === 'sbin' ? 'usr/bin' : 'bin' })
  tree.set('etc/mtab', { kind: 'link', target: '/proc/self/mounts' })
  tree.set('etc/passwd', text('root::0:0:root:/root:/bin/sh\n'))
  tree.set('etc/group', text('root::0:\n'))
  tree.set('etc/hosts', text('127.0.0.1 localhost\n::1 localhost\n'))
  for (const name of ['sh', 'mount', 'modprobe']) tree.set(`usr/bin/${name}`, { kind: 'link', target: 'busybox' })
  for (const [name, content] of programs) tree.set(`usr/bin/${name}`, program(content))
  for (const [path, content] of modules)
    tree.set(`usr/lib/modules/${release}/${path}`, { kind: 'file', content: fromMemory(content) })
  tree.set('usr/bin/bootwright-keyboard', program(KEYBOARD_COMMAND))
  tree.set(DHCP_PATH, program(DHCP_SCRIPT))
  tree.set('init', program(INIT_SCRIPT))
  return tree
}

export interface RuntimeParts {
  readonly node: Bytes
  /** By name. */
  readonly libraries: ReadonlyMap<string, Uint8Array>
  readonly triplet: string
}

/** The Node runtime and all shared libraries: what changes with another version of Node, not with another kernel. */
export function runtimeTree({ node, libraries, triplet }: RuntimeParts): Tree {
  const tree = new Map<string, Entry>([['usr/bin/node', program(node)]])
  for (const [name, content] of libraries) {
    tree.set(`usr/lib/${triplet}/${name}`, program(content))
    // System V ABI supplements: an executable names its loader by this path.
    if (name === 'ld-linux-x86-64.so.2')
      tree.set(`usr/lib64/${name}`, { kind: 'link', target: `../lib/${triplet}/${name}` })
    if (name === 'ld-linux-aarch64.so.1') tree.set(`usr/lib/${name}`, { kind: 'link', target: `${triplet}/${name}` })
  }
  return tree
}

/** What differs from version to version of the agent, and from medium to medium. */
export const agentTree = (bundle: Bytes, trust: Uint8Array): Tree =>
  new Map([
    [AGENT_PATH, { kind: 'file', content: bundle }],
    [TRUST_PATH, { kind: 'file', content: fromMemory(trust) }],
  ])
