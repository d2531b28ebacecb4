const REVISION = 1
/** SE_DACL_PRESENT and SE_SELF_RELATIVE ([MS-DTYP] 2.4.6). */
const CONTROL = 0x8004
const HEADER_SIZE = 20
/** ACCESS_ALLOWED_ACE for this key and those below it ([MS-DTYP] 2.4.4.2), with KEY_ALL_ACCESS. */
const CONTAINER_INHERIT = 0x02
const ALL_ACCESS = 0xf003f
const SYSTEM = Buffer.from('010100000000000512000000', 'hex')
const ADMINISTRATORS = Buffer.from('01020000000000052000000020020000', 'hex')

function allow(sid: Buffer): Buffer {
  const entry = Buffer.alloc(8)
  entry.writeUInt8(CONTAINER_INHERIT, 1)
  entry.writeUInt16LE(entry.length + sid.length, 2)
  entry.writeUInt32LE(ALL_ACCESS, 4)
  return Buffer.concat([entry, sid])
}

/** Everything for the system and for administrators, who own it. */
export function defaultSecurity(): Buffer {
  const entries = Buffer.concat([allow(SYSTEM), allow(ADMINISTRATORS)])
  const list = Buffer.alloc(8)
  list.writeUInt8(2, 0)
  list.writeUInt16LE(list.length + entries.length, 2)
  list.writeUInt16LE(2, 4)
  const header = Buffer.alloc(HEADER_SIZE)
  const owner = HEADER_SIZE + list.length + entries.length
  header.writeUInt8(REVISION, 0)
  header.writeUInt16LE(CONTROL, 2)
  header.writeUInt32LE(owner, 4)
  header.writeUInt32LE(owner + ADMINISTRATORS.length, 8)
  header.writeUInt32LE(HEADER_SIZE, 16)
  return Buffer.concat([header, list, entries, ADMINISTRATORS, SYSTEM])
}
