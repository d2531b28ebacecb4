import {
  BCD_ELEMENT,
  BCD_OBJECT,
  BCD_TYPE,
  type BcdStore,
  type BcdValue,
  binaryValue,
  dwordValue,
  type HiveKey,
  multiStringValue,
  stringValue,
} from '../src/index.ts'

export const date: Date = new Date('2026-11-25T10:20:30Z')

export const sample: HiveKey = {
  name: 'Root',
  values: [],
  keys: [
    {
      name: 'Software',
      keys: Array.from({ length: 600 }, (_, index) => ({
        name: `Key ${index}`,
        keys: [],
        values: [dwordValue('n', index)],
      })),
      values: [
        stringValue('', 'the default'),
        stringValue('Größe', 'ein Wert'),
        stringValue('日本語', '😀'),
        multiStringValue('many', ['one', 'two']),
        binaryValue(
          'large',
          Uint8Array.from({ length: 40_000 }, (_, at) => at),
        ),
        binaryValue('empty', new Uint8Array(0)),
        binaryValue('four', Uint8Array.of(1, 2, 3, 4)),
      ],
    },
    { name: '日本', keys: [{ name: 'deep', keys: [], values: [] }], values: [] },
  ],
}

const elements = (entries: readonly (readonly [number, BcdValue])[]): ReadonlyMap<number, BcdValue> => new Map(entries)

/** What Windows' own media have, in small. */
export const store: BcdStore = new Map([
  [
    BCD_OBJECT.bootManager,
    {
      type: BCD_TYPE.bootManager,
      elements: elements([
        [BCD_ELEMENT.description, 'Windows Boot Manager'],
        [BCD_ELEMENT.default, BCD_OBJECT.mediaLoader],
        [BCD_ELEMENT.displayOrder, [BCD_OBJECT.mediaLoader]],
        [BCD_ELEMENT.timeout, 30n],
      ]),
    },
  ],
  [
    BCD_OBJECT.mediaLoader,
    {
      type: BCD_TYPE.osLoader,
      elements: elements([
        [
          BCD_ELEMENT.device,
          { kind: 'ramdisk', from: { kind: 'boot' }, path: '\\sources\\boot.wim', options: BCD_OBJECT.mediaRamDisk },
        ],
        [BCD_ELEMENT.isPe, true],
        [BCD_ELEMENT.loaderEmergencyServices, false],
      ]),
    },
  ],
  [
    BCD_OBJECT.mediaRamDisk,
    {
      type: BCD_TYPE.deviceOptions,
      elements: elements([
        [BCD_ELEMENT.ramDiskDevice, { kind: 'boot' }],
        [BCD_ELEMENT.ramDiskPath, '\\boot\\boot.sdi'],
      ]),
    },
  ],
])
