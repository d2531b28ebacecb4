import test from 'ava'
import { nodesOf } from '../../src/structures/nodes.ts'
import { hierarchyOf, placeFolders } from '../../src/write/hierarchy.ts'
import { jolietNaming } from '../../src/write/namings.ts'
import { encodePathTable } from '../../src/write/path-table.ts'
import { golden } from '../hex.ts'
import { treeOf } from '../volume.ts'

const folders = hierarchyOf(nodesOf(treeOf({ 'b/x': '', 'a/d/y': '', 'a/c/z': '' }), new Set()).root, jolietNaming)
placeFolders(folders, 0x100)

test('path tables list folders by level, parent and name, in both byte orders (ECMA-119 9.4)', t => {
  t.deepEqual(
    encodePathTable(folders, 'L'),
    golden(
      '01 00 00 01 00 00 01 00 00 00  02 00 01 01 00 00 01 00 00 "a"  02 00 02 01 00 00 01 00 00 "b"  02 00 03 01 00 00 02 00 00 "c"  02 00 04 01 00 00 02 00 00 "d"',
    ),
  )
  t.deepEqual(
    encodePathTable(folders, 'M').subarray(0, 20),
    golden('01 00 00 00 01 00 00 01 00 00  02 00 00 00 01 01 00 01 00 "a"'),
  )
})
