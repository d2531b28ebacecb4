import { BASIC_DATA_PARTITION, EFI_SYSTEM_PARTITION } from '../src/partition-types.ts'
import type { GptPlan } from '../src/plan-gpt.ts'

/** A disk of 1 MiB and what sgdisk 1.0 wrote for it. */
export const GOLDEN_PLAN: GptPlan = {
  diskId: '01234567-89AB-CDEF-0123-456789ABCDEF',
  sectors: 2048,
  partitions: [
    {
      type: EFI_SYSTEM_PARTITION,
      name: 'EFI Ä',
      firstSector: 40,
      lastSector: 99,
      id: 'FEDCBA98-7654-3210-FEDC-BA9876543210',
      attributes: 4n,
    },
    {
      type: BASIC_DATA_PARTITION,
      name: 'Data',
      firstSector: 100,
      lastSector: 2014,
      id: '11111111-2222-8333-8444-555555555555',
    },
  ],
}

export const GOLDEN_SGDISK_ARGUMENTS: readonly string[] = [
  ...['-a', '1', '-U', '01234567-89AB-CDEF-0123-456789ABCDEF'],
  ...[
    '-n',
    '1:40:99',
    '-t',
    '1:EF00',
    '-c',
    '1:EFI Ä',
    '-u',
    '1:FEDCBA98-7654-3210-FEDC-BA9876543210',
    '-A',
    '1:set:2',
  ],
  ...['-n', '2:100:2014', '-t', '2:0700', '-c', '2:Data', '-u', '2:11111111-2222-8333-8444-555555555555'],
]

export const GOLDEN_PROTECTIVE_ENTRY = '00000200ee20200001000000ff070000'

export const GOLDEN_PRIMARY_HEADER: string = [
  '4546492050415254', // EFI PART
  '00000100', // revision 1.0
  '5c000000', // 92 bytes
  '6c52fc5a', // checksum of the header
  '00000000',
  '0100000000000000', // own sector
  'ff07000000000000', // other header
  '2200000000000000', // first usable sector
  'de07000000000000', // last usable sector
  '67452301ab89efcd0123456789abcdef', // disk id
  '0200000000000000', // entry array
  '80000000', // 128 entries
  '80000000', // of 128 bytes
  'b3220384', // checksum of the array
].join('')

export const GOLDEN_BACKUP_HEADER: string = [
  '4546492050415254000001005c000000',
  '677c8ee900000000',
  'ff07000000000000',
  '0100000000000000',
  '2200000000000000de07000000000000',
  '67452301ab89efcd0123456789abcdef',
  'df07000000000000',
  '8000000080000000b3220384',
].join('')

export const GOLDEN_FIRST_ENTRY: string = [
  '28732ac11ff8d211ba4b00a0c93ec93b', // type
  '98badcfe54761032fedcba9876543210', // id
  '2800000000000000', // first sector
  '6300000000000000', // last sector
  '0400000000000000', // attributes
  '4500460049002000c400', // EFI Ä
  '00'.repeat(62),
].join('')
