/** Bytes that a disk writes atomically. */
export const SECTOR = 512
const TEXT = 'BOOTWRIGHT: this medium was being written, and that did not end. Write it again.'
/** Address to which the BIOS loads the sector. */
const LOADED_AT = 0x7c00
const TEXT_AT = 64
/** 8086 code: prints the text (INT 10h, AH 0Eh) and halts. */
const CODE = [
  0x31,
  0xc0, // xor ax, ax
  0x8e,
  0xd8, // mov ds, ax
  0xbe,
  (LOADED_AT + TEXT_AT) & 0xff,
  LOADED_AT >> 8, // mov si, text
  0xac, // next: lodsb
  0x84,
  0xc0, // test al, al
  0x74,
  0x09, // jz end
  0xb4,
  0x0e, // mov ah, 0eh
  0xbb,
  0x07,
  0x00, // mov bx, 7
  0xcd,
  0x10, // int 10h
  0xeb,
  0xf2, // jmp next
  0xf4, // end: hlt
  0xeb,
  0xfd, // jmp end
] as const

/** The first sector while the rest is written: it has no partition table, and a computer that boots it prints the reason and halts. */
export function incompleteMark(): Uint8Array {
  const sector = Buffer.alloc(SECTOR)
  sector.set(CODE)
  sector.write(`${TEXT}\r\n`, TEXT_AT, 'latin1')
  sector.writeUInt16LE(0xaa55, SECTOR - 2)
  return sector
}

/** Whether the data begins with the mark. */
export const isMarkedIncomplete = (head: Uint8Array): boolean =>
  Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1', TEXT_AT, TEXT_AT + TEXT.length) === TEXT
