import type { Accelerator } from './accelerator.ts'
import type { FlashImages } from './firmware.ts'

export type Attachment = 'cd' | 'usb' | 'disk'

export interface CommandLine {
  readonly image: string | undefined
  readonly attachAs: Attachment
  readonly flash: FlashImages | undefined
  readonly isSecureBoot: boolean
  readonly accelerator: Accelerator
  readonly processors: number
  /** MiB. */
  readonly memory: number
  /** Unix socket for the machine protocol (QMP). */
  readonly monitor: string
  /** Disk images, which the machine writes to; the first is `vda`. */
  readonly disks: readonly string[]
  /** Whether the machine continues after a reset. */
  readonly restarts: boolean
  readonly extra: readonly string[]
}

/**
 * The arguments for QEMU. Serial console on standard input and output, no network, and a reset ends the machine unless `restarts` is
 * set.
 */
export const argumentsFor = (machine: CommandLine): string[] => [
  ...[
    '-machine',
    machine.isSecureBoot ? 'q35,smm=on' : 'q35',
    '-accel',
    machine.accelerator,
    '-m',
    `${machine.memory}M`,
  ],
  ...(machine.processors > 1 ? ['-smp', `${machine.processors}`] : []),
  ...(machine.isSecureBoot ? ['-global', 'driver=cfi.pflash01,property=secure,value=on'] : []),
  ...flashDrives(machine.flash),
  ...(machine.image === undefined ? [] : ATTACHMENTS[machine.attachAs](machine.image)),
  ...['-nodefaults', '-vga', 'std', '-display', 'none', '-nic', 'none'],
  ...(machine.restarts ? [] : ['-no-reboot']),
  ...machine.disks.flatMap(diskDrive),
  ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
  ...['-qmp', `unix:${doubled(machine.monitor)}`],
  ...machine.extra,
]

const ATTACHMENTS: Readonly<Record<Attachment, (image: string) => string[]>> = {
  cd: image => [
    ...['-drive', `if=none,id=medium,media=cdrom,format=raw,readonly=on,file=${doubled(image)}`],
    ...['-device', 'ide-cd,id=drive,drive=medium,bootindex=1'],
  ],
  // Writes go to a temporary file of QEMU: the image is unchanged.
  usb: image => [
    ...['-device', 'qemu-xhci,id=usb'],
    ...['-drive', `if=none,id=medium,format=raw,snapshot=on,file=${doubled(image)}`],
    ...['-device', 'usb-storage,id=stick,bus=usb.0,drive=medium,removable=on,bootindex=1'],
  ],
  disk: image => [
    ...['-drive', `if=none,id=medium,format=${formatOf(image)},snapshot=on,file=${doubled(image)}`],
    ...['-device', 'ide-hd,drive=medium,bootindex=1'],
  ],
}

/** After the medium in firmware's boot order. */
const diskDrive = (image: string, index: number): string[] => [
  '-drive',
  `if=none,id=disk${index},format=${formatOf(image)},file=${doubled(image)}`,
  '-device',
  `virtio-blk-pci,drive=disk${index},bootindex=${index + 2}`,
]
const formatOf = (image: string): 'qcow2' | 'raw' => (image.endsWith('.qcow2') ? 'qcow2' : 'raw')

const flashDrives = (flash: FlashImages | undefined): string[] =>
  flash
    ? [
        ...['-drive', `if=pflash,format=raw,unit=0,readonly=on,file=${doubled(flash.code)}`],
        ...['-drive', `if=pflash,format=raw,unit=1,file=${doubled(flash.variables)}`],
      ]
    : []

/** QEMU options escape a comma by doubling it. */
const doubled = (value: string): string => value.replaceAll(',', ',,')
