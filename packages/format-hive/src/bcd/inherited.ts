import { BCD_ELEMENT, BCD_OBJECT, BCD_TYPE } from './names.ts'
import type { BcdObject, BcdValue } from './store.ts'

/** What debuggers and emergency services are when nobody sets them up: as Windows has it. */
const SERIAL = { port: 1n, baudRate: 115_200n, kind: 0n } as const

export const bcdObject = (type: number, elements: readonly (readonly [number, BcdValue])[]): BcdObject => ({
  type,
  elements: new Map(elements),
})

/** The settings that boot manager and loaders inherit, as every store of Windows has them. */
export const inheritedObjects = (): readonly (readonly [string, BcdObject])[] => [
  [
    BCD_OBJECT.bootLoaderSettings,
    bcdObject(BCD_TYPE.loaderSettings, [[BCD_ELEMENT.inherit, [BCD_OBJECT.globalSettings]]]),
  ],
  [
    BCD_OBJECT.globalSettings,
    bcdObject(BCD_TYPE.globalSettings, [
      [BCD_ELEMENT.inherit, [BCD_OBJECT.debuggerSettings, BCD_OBJECT.emergencySettings]],
    ]),
  ],
  [
    BCD_OBJECT.debuggerSettings,
    bcdObject(BCD_TYPE.globalSettings, [
      [BCD_ELEMENT.debuggerType, SERIAL.kind],
      [BCD_ELEMENT.debuggerPort, SERIAL.port],
      [BCD_ELEMENT.debuggerBaudRate, SERIAL.baudRate],
    ]),
  ],
  [BCD_OBJECT.emergencySettings, bcdObject(BCD_TYPE.globalSettings, [[BCD_ELEMENT.emergencyServices, false]])],
]

/** The memory test that Windows' menu offers. */
export const memoryTest = (elements: readonly (readonly [number, BcdValue])[]): BcdObject =>
  bcdObject(BCD_TYPE.memoryTester, [
    ...elements,
    [BCD_ELEMENT.description, 'Windows Memory Diagnostic'],
    [BCD_ELEMENT.inherit, [BCD_OBJECT.globalSettings]],
  ])
