import test from 'ava'
import { parseVolumes } from '../../../src/computer/windows/volumes.ts'

/** As `mountvol` prints it, behind a page about its use. */
const english = String.raw`Creates, deletes, or lists a volume mount point.

MOUNTVOL [drive:]path VolumeName
MOUNTVOL [drive:]path /D

Possible values for VolumeName along with current mount points are:

    \\?\Volume{2eca078d-5cbc-43d3-aff8-7e8511f60d0e}\
        C:\mount\data\
        D:\

    \\?\Volume{62a4a5c1-0000-0000-0000-100000000000}\
        *** NO MOUNT POINTS ***

    \\?\Volume{e1a1c0de-1111-11ee-9d20-806e6f6e6963}\
        E:\

`
const french = String.raw`Crée, supprime ou liste un point de montage du volume.

MOUNTVOL [lecteur:]chemin NomVolume

Les valeurs possibles pour NomVolume avec les points de montage actuels sont :

    \\?\Volume{62a4a5c1-0000-0000-0000-100000000000}\
        *** PAS DE POINTS DE MONTAGE ***
`

test('volumes and their mount points are parsed in any language of Windows', t => {
  t.deepEqual(parseVolumes(english.replaceAll('\n', '\r\n')), [
    { name: '\\\\?\\Volume{2eca078d-5cbc-43d3-aff8-7e8511f60d0e}\\', mountPoints: ['D:\\', 'C:\\mount\\data\\'] },
    { name: '\\\\?\\Volume{62a4a5c1-0000-0000-0000-100000000000}\\', mountPoints: [] },
    { name: '\\\\?\\Volume{e1a1c0de-1111-11ee-9d20-806e6f6e6963}\\', mountPoints: ['E:\\'] },
  ])
  t.deepEqual(
    parseVolumes(french).map(({ mountPoints }) => mountPoints),
    [[]],
  )
  t.deepEqual(parseVolumes(''), [])
})
