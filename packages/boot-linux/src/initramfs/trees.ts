import { posix } from 'node:path'
import { type Bytes, type Entry, fromMemory, type Tree } from '@bootwright/bytes'
import { AGENT_PATH, DHCP_PATH, DHCP_SCRIPT, INIT_SCRIPT, KEYBOARD_COMMAND, TRUST_PATH } from './init-script.ts'

const program = (content: Bytes | Uint8Array | string): Entry => ({
  kind: 'file',
  content: typeof content === 'object' && 'segments' in content ? content : fromMemory(content),
  mode: 0o755,
})
const text = (content: string): Entry => ({ kind: 'file', content: fromMemory(content) })
const { relative } = posix
const folder: Entry = { kind: 'folder' }

export interface SystemParts {
  /** Programs of `/usr/bin`, by name. `busybox` is required. */
  readonly programs: ReadonlyMap<string, Uint8Array>
  /** Kernel release: `6.1.0-41-amd64`. */
  readonly release: string
  /** By path below `lib/modules/RELEASE`. */
  readonly modules: ReadonlyMap<string, Uint8Array | string>
  readonly keymaps: Tree
}

/** Everything except the Node runtime and the agent. As in all current systems, `/bin`, `/lib` and `/sbin` are links into `/usr`. */
export function systemTree({ programs, release, modules, keymaps }: SystemParts): Tree {
  const tree = new Map<string, Entry>(keymaps)
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
  /** Shared libraries by name. */
  readonly libraries: ReadonlyMap<string, Uint8Array>
  /** Their folder below `usr`: `lib/x86_64-linux-gnu`. */
  readonly folder: string
}

/** System V ABI supplements: executables name their dynamic loader by a path in this folder. */
const LOADERS: Readonly<Record<string, string>> = { 'ld-linux-x86-64.so.2': 'lib64', 'ld-linux-aarch64.so.1': 'lib' }

/** The Node runtime and all shared libraries, which change with the version of Node rather than of the kernel. */
export function runtimeTree({ node, libraries, folder: location }: RuntimeParts): Tree {
  const tree = new Map<string, Entry>([['usr/bin/node', program(node)]])
  for (const [name, content] of libraries) {
    tree.set(`usr/${location}/${name}`, program(content))
    const loader = LOADERS[name]
    if (loader && loader !== location)
      tree.set(`usr/${loader}/${name}`, { kind: 'link', target: `${relative(`/${loader}`, `/${location}`)}/${name}` })
  }
  return tree
}

/** The agent and its trust anchors, which differ between versions of the agent and between media. */
export const agentTree = (bundle: Bytes, trust: Uint8Array): Tree =>
  new Map([
    [AGENT_PATH, { kind: 'file', content: bundle }],
    [TRUST_PATH, { kind: 'file', content: fromMemory(trust) }],
  ])
