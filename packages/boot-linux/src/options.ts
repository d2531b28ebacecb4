import type { Schema } from '@bootwright/api'
import * as z from 'zod'

/** Files of a boot image after validation. Paths are relative to the definition. */
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
          readonly usb?: { readonly syslinux: string; readonly mbr: string; readonly gptMbr: string } | undefined
        }
      | undefined
  }
  /** ISO 8601. */
  readonly date: string
}
/** Exactly one of `distribution` and `files` is set. */
export interface LinuxOptions {
  readonly distribution?: string | undefined
  readonly kernel?: string | undefined
  readonly files?: FilesOptions | undefined
}

const name = z.string().min(1)
const path = z.string().min(1)

const loaders = z
  .strictObject({
    uefi: z
      .strictObject({
        grub: path.describe('GRUB as an EFI program that reads /boot/grub/grub.cfg of its medium'),
        shim: path.optional().describe('shim, which starts GRUB, for Secure Boot'),
        mokManager: path.optional().describe('The key manager (MokManager) that belongs to shim'),
        stub: path
          .optional()
          .describe('linuxx64.efi.stub from systemd, for a unified kernel image signed by `bootSigner`'),
      })
      .optional(),
    bios: z
      .strictObject({
        isolinux: path.describe('isolinux.bin'),
        ldlinux: path.describe('ldlinux.c32 of the same SYSLINUX release'),
        mbr: path.optional().describe('isohdpfx.bin, so that the ISO image also starts from a USB drive'),
        usb: z
          .strictObject({
            syslinux: path.describe('The syslinux program of the same release'),
            mbr: path.describe('mbr.bin'),
            gptMbr: path.describe('gptmbr.bin'),
          })
          .optional()
          .describe('SYSLINUX for media with a FAT volume'),
      })
      .optional(),
  })
  .refine(({ uefi, bios }) => uefi || bios, { error: 'expected `uefi`, `bios` or both' })

const files: z.ZodType<FilesOptions> = z.strictObject({
  kernel: path.describe('A Linux kernel; the path is relative to the definition'),
  initramfs: path.describe('An initial RAM file system that starts the agent, which is appended to it'),
  loaders,
  // The earliest date of FAT. Time stamps on the build machine are not used: they differ between machines.
  date: z.iso
    .datetime()
    .default('1980-01-01T00:00:00Z')
    .describe('Date of the newest file: no time stamp on the medium is earlier'),
})

/** Options of the boot image `linux`. */
export const optionsSchema: Schema<LinuxOptions> = z
  .strictObject({
    distribution: name
      .optional()
      .describe('Distribution whose packages the boot image is built from, as named by a plugin: `debian`'),
    kernel: name
      .optional()
      .describe('Kernel of the distribution. Debian: `generic` (default) or `cloud`, smaller and for virtual machines'),
    files: files.optional().describe('Files that the boot image is built from instead'),
  })
  .superRefine((options, context) => {
    if ((options.distribution === undefined) === (options.files === undefined))
      context.addIssue({ code: 'custom', message: 'expected either `distribution` (for example `debian`) or `files`' })
    if (options.kernel && options.files)
      context.addIssue({
        code: 'custom',
        path: ['kernel'],
        message: '`kernel` selects a kernel of a distribution; remove it, and name the kernel in `files.kernel`',
      })
  })
