import type { Schema } from '@bootwright/api'
import * as z from 'zod'

/** Validated options. Paths are relative to the definition. */
export interface FilesOptions {
  readonly kernel: string
  readonly initramfs: string
  readonly loaders: {
    readonly uefi?:
      | {
          readonly grub: string
          readonly shim?: string | undefined
          readonly mokManager?: string | undefined
          readonly stub?: string | undefined
        }
      | undefined
    readonly bios?:
      | {
          readonly isolinux: string
          readonly ldlinux: string
          readonly mbr?: string | undefined
          readonly stick?: { readonly syslinux: string; readonly mbr: string; readonly gptMbr: string } | undefined
        }
      | undefined
  }
  /** ISO 8601. */
  readonly date: string
}
export interface LinuxOptions {
  readonly distribution?: 'debian' | undefined
  readonly kernel?: 'generic' | 'cloud' | undefined
  readonly files?: FilesOptions | undefined
}

const path = z.string().min(1)

const loaders = z
  .strictObject({
    uefi: z
      .strictObject({
        grub: path.describe('GRUB as an EFI program that reads /boot/grub/grub.cfg of its medium'),
        shim: path.optional().describe('shim, started first and starting GRUB, for Secure Boot'),
        mokManager: path.optional().describe('The key manager that belongs to shim'),
        stub: path
          .optional()
          .describe('linuxx64.efi.stub of systemd, for a unified kernel image that `bootSigner` signs'),
      })
      .optional(),
    bios: z
      .strictObject({
        isolinux: path.describe('isolinux.bin'),
        ldlinux: path.describe('ldlinux.c32 of the same SYSLINUX release'),
        mbr: path.optional().describe('isohdpfx.bin, so that the ISO image starts from a stick too'),
        stick: z
          .strictObject({
            syslinux: path.describe('The program syslinux of the same release'),
            mbr: path.describe('mbr.bin'),
            gptMbr: path.describe('gptmbr.bin'),
          })
          .optional()
          .describe('For media with a FAT volume'),
      })
      .optional(),
  })
  .refine(({ uefi, bios }) => uefi || bios, { error: 'expected `uefi`, `bios` or both' })

const files: z.ZodType<FilesOptions> = z.strictObject({
  kernel: path.describe('A Linux kernel, relative to the definition'),
  initramfs: path.describe('An initial RAM file system that starts the agent; the agent itself is appended to it'),
  loaders,
  // The earliest FAT can say, for files whose date is not given: their time stamps on this machine mean nothing elsewhere.
  date: z.iso
    .datetime()
    .default('1980-01-01T00:00:00Z')
    .describe('When the newest of the files was made: no time stamp of the medium is earlier'),
})

/** Options of the boot image `linux`. */
export const optionsSchema: Schema<LinuxOptions> = z
  .strictObject({
    distribution: z
      .literal('debian')
      .optional()
      .describe('Made from the packages of the Debian release that apt on this machine uses'),
    kernel: z
      .enum(['generic', 'cloud'])
      .optional()
      .describe('Default `generic`. `cloud` is smaller and for virtual machines: it drives neither USB nor AHCI'),
    files: files.optional().describe('Made from these files instead'),
  })
  .superRefine((options, context) => {
    if (!options.distribution === !options.files)
      context.addIssue({ code: 'custom', message: 'expected either `distribution: debian` or `files`' })
    if (options.kernel && options.files)
      context.addIssue({
        code: 'custom',
        path: ['kernel'],
        message: '`kernel` chooses a kernel of a distribution; with `files` it is `files.kernel`',
      })
  })
