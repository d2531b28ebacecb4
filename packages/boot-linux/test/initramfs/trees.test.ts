import { type Entry, fromMemory, sortTree, type Tree } from '@bootwright/bytes'
import test from 'ava'
import { AGENT_PATH, INIT_SCRIPT, KEYBOARD_COMMAND, TRUST_PATH } from '../../src/initramfs/init-script.ts'
import { agentTree, runtimeTree, systemTree } from '../../src/initramfs/trees.ts'
import { contentOf } from '../fakes.ts'

const keymaps = new Map<string, Entry>([
  ['usr/share/keymaps/i386/qwerty/us.kmap', { kind: 'file', content: fromMemory('us') }],
])
const system = systemTree({
  programs: new Map([
    ['busybox', Buffer.from('busybox')],
    ['loadkeys', Buffer.from('loadkeys')],
  ]),
  release: '6.1.0-41-amd64',
  modules: new Map<string, Uint8Array | string>([
    ['kernel/fs/isofs/isofs.ko', Buffer.from('module')],
    ['modules.dep', 'kernel/fs/isofs/isofs.ko:\n'],
  ]),
  keymaps,
})
/** Where a path leads when links are followed, as the kernel does. */
function resolved(tree: Tree, path: string): string {
  const parts = path.split('/')
  for (let end = 1; end <= parts.length; end += 1) {
    const entry = tree.get(parts.slice(0, end).join('/'))
    if (entry?.kind !== 'link') continue
    const target = new URL(entry.target, `file:///${parts.slice(0, end).join('/')}`).pathname.slice(1)
    return resolved(tree, [target, ...parts.slice(end)].join('/'))
  }
  return path
}
const modeOf = (tree: Tree, path: string): number | undefined => {
  const entry = tree.get(path)
  return entry && entry.kind !== 'link' ? entry.mode : undefined
}

test('the first process and the keyboard command are executable, and so is every program', async t => {
  t.is((await contentOf(system, 'init')).toString(), INIT_SCRIPT)
  t.is((await contentOf(system, 'usr/bin/bootwright-keyboard')).toString(), KEYBOARD_COMMAND)
  for (const path of ['init', 'usr/bin/bootwright-keyboard', 'usr/bin/busybox', 'usr/bin/loadkeys'])
    t.is(modeOf(system, path), 0o755, path)
})

test('modules and tables lie where modprobe looks, and keyboards where loadkeys does', async t => {
  const folder = 'usr/lib/modules/6.1.0-41-amd64'
  t.is((await contentOf(system, `${folder}/kernel/fs/isofs/isofs.ko`)).toString(), 'module')
  t.is((await contentOf(system, `${folder}/modules.dep`)).toString(), 'kernel/fs/isofs/isofs.ko:\n')
  t.is((await contentOf(system, 'usr/share/keymaps/i386/qwerty/us.kmap')).toString(), 'us')
})

test('every folder of programs and libraries leads to /usr', t => {
  for (const path of ['bin/sh', 'sbin/sh', 'usr/sbin/sh']) t.is(resolved(system, path), 'usr/bin/busybox')
  t.is(resolved(system, 'lib/modules'), 'usr/lib/modules')
  // What the kernel starts when it wants a module, and what scripts name in their first line.
  t.is(resolved(system, 'sbin/modprobe'), 'usr/bin/busybox')
})

test('places to mount on are there, and root has its own folder', t => {
  for (const name of ['dev', 'proc', 'sys', 'run', 'tmp', 'mnt', 'etc', 'var/log'])
    t.like(system.get(name), { kind: 'folder' }, name)
  t.is(modeOf(system, 'root'), 0o700)
})

test('the loader lies where programs for PCs and for arm64 name it', t => {
  for (const [folder, name, named] of [
    ['lib/x86_64-linux-gnu', 'ld-linux-x86-64.so.2', 'lib64/ld-linux-x86-64.so.2'],
    ['lib/aarch64-linux-gnu', 'ld-linux-aarch64.so.1', 'lib/ld-linux-aarch64.so.1'],
  ] as const) {
    const libraries = new Map([
      [name, Buffer.from('loader')],
      ['libc.so.6', Buffer.from('libc')],
    ])
    const runtime = runtimeTree({ node: fromMemory('node'), libraries, folder })
    t.is(resolved(new Map([...system, ...runtime]), named), `usr/${folder}/${name}`)
    for (const path of ['usr/bin/node', `usr/${folder}/libc.so.6`]) t.is(modeOf(runtime, path), 0o755)
  }
})

test('the trees fit together: none puts something in the place of what another one has', t => {
  const runtime = runtimeTree({
    node: fromMemory('node'),
    libraries: new Map([['ld-linux-x86-64.so.2', Buffer.from('')]]),
    folder: 'lib/x86_64-linux-gnu',
  })
  const agent = agentTree(fromMemory('agent'), Buffer.from('{}'))
  t.deepEqual([...agent.keys()], [AGENT_PATH, TRUST_PATH])
  const all = new Map([...runtime, ...system, ...agent])
  t.is(all.size, runtime.size + system.size + agent.size)
  t.notThrows(() => sortTree(all))
})

test('a library folder that the loader is named by has no link', t => {
  const libraries = new Map([['ld-linux-x86-64.so.2', Buffer.from('loader')]])
  const runtime = runtimeTree({ node: fromMemory('node'), libraries, folder: 'lib64' })
  t.deepEqual([...runtime.keys()], ['usr/bin/node', 'usr/lib64/ld-linux-x86-64.so.2'])
})
