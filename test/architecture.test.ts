import { globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import test from 'ava'
import { circlesIn, importsOf } from '../scripts/imports.ts'

const root = dirname(import.meta.dirname)
const SCOPE = '@bootwright/'
const PLUGINS = '4'

interface Package {
  readonly name: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
const packages: readonly Package[] = globSync('packages/*/package.json', { cwd: root })
  .map(file => JSON.parse(readFileSync(join(root, file), 'utf8')) as Package)
  .map(each => ({ ...each, name: each.name.replace(SCOPE, '') }))
  .filter(each => !each.private)

/** Floor and position of each package, as docs/architecture.md has them. */
const places = new Map(
  [...readFileSync(join(root, 'docs/architecture.md'), 'utf8').matchAll(/^\| (\d) +\| (`.*?) +\| /gm)].flatMap(
    ([, floor, row]) =>
      [...row!.matchAll(/`([\w-]+)`/g)].map(([, name], position) => [name!, { floor: floor!, position }] as const),
  ),
)

function mayImport(from: string, to: string): boolean {
  const [above, below] = [places.get(from)!, places.get(to)!]
  if (above.floor !== below.floor) return above.floor > below.floor
  return above.floor !== PLUGINS && above.position > below.position
}

test('every package has one place on the floors of docs/architecture.md', t => {
  t.deepEqual([...places.keys()].sort(), packages.map(({ name }) => name).sort())
})
test('a package depends on lower floors, and on what is left of it', t => {
  const wrong = packages.flatMap(({ name, dependencies, peerDependencies, optionalDependencies }) =>
    Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies })
      .filter(each => each.startsWith(SCOPE))
      .map(each => each.slice(SCOPE.length))
      .filter(to => !mayImport(name, to))
      .map(to => `${name} depends on ${to}`),
  )
  t.deepEqual(wrong, [])
})
test('sources import only what their package depends on', t => {
  const wrong = packages.flatMap(({ name, dependencies, peerDependencies, optionalDependencies }) => {
    const declared = { ...dependencies, ...peerDependencies, ...optionalDependencies }
    return importsOf(root, [`packages/${name}/src/**/*.ts`]).flatMap(({ file, imports }) =>
      imports
        .filter(specifier => specifier.startsWith(SCOPE))
        .map(specifier => specifier.split('/').slice(0, 2).join('/'))
        .filter(specifier => !Object.hasOwn(declared, specifier))
        .map(specifier => `${file} imports ${specifier}`),
    )
  })
  t.deepEqual(wrong, [])
})
test('no relative import leaves its package', t => {
  const wrong = importsOf(root, ['packages/*/{src,test,page}/**/*.{ts,tsx}']).flatMap(({ file, imports }) => {
    const home = file.split('/').slice(0, 2).join('/')
    return imports
      .filter(specifier => specifier.startsWith('.') && !posix.join(dirname(file), specifier).startsWith(`${home}/`))
      .map(specifier => `${file} imports ${specifier}`)
  })
  t.deepEqual(wrong, [])
})
test('files and folders of a package do not import each other in a circle', t => {
  const folders = [...globSync('packages/*/{src,page}', { cwd: root }), 'e2e', 'scripts', 'bench', 'fuzz']
  const circles = folders.flatMap(folder => circlesIn(folder, importsOf(root, [`${folder}/**/*.{ts,tsx}`])))
  t.deepEqual(circles, [])
})
test('a circle is reported with the imports that close it', t => {
  const sources = [
    { file: 'a/read/one.ts', imports: ['../write/two.ts'] },
    { file: 'a/write/two.ts', imports: ['./three.ts'] },
    { file: 'a/write/three.ts', imports: ['../read/four.ts'] },
    { file: 'a/read/four.ts', imports: ['node:fs'] },
  ]
  t.deepEqual(circlesIn('a', sources), ['a: read/one.ts -> write/two.ts, write/three.ts -> read/four.ts'])
  t.deepEqual(circlesIn('a', sources.slice(0, 2)), [])
})
