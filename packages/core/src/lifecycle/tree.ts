import type { Tree } from '@bootwright/bytes'
import { LifecycleError } from './lifecycle-error.ts'
import type { MediumBuild } from './medium-build.ts'

/** Puts entries onto the medium. Throws {@link LifecycleError} `TREE_CLASH` for a path that is taken; folders may be shared. */
export function addAll(build: MediumBuild, tree: Tree, owner: string): void {
  const { name } = build.medium
  for (const [path, entry] of tree) {
    const known = build.tree.get(path)
    if (known && !(known.kind === 'folder' && entry.kind === 'folder'))
      throw new LifecycleError(
        'TREE_CLASH',
        name,
        `${owner} puts "${path}" onto medium "${name}", where it exists already`,
      )
    build.tree.set(path, entry)
  }
  build.log.debug(`${owner} added ${tree.size} entries`)
}

/** What is signed and planned is what is written. Whoever changes the tree from now on gets {@link LifecycleError} `SIGNED`. */
export function freezeTree({ tree, medium: { name } }: MediumBuild): void {
  const refuse = (): never => {
    throw new LifecycleError(
      'SIGNED',
      name,
      `medium "${name}" is signed, and its files cannot change any more; change them in "sign" with Stage.normal, or earlier`,
    )
  }
  Object.assign(tree, { set: refuse, delete: refuse, clear: refuse })
}
