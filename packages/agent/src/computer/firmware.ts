/** The firmware that started the computer. */
export type Firmware = { readonly kind: 'bios' } | { readonly kind: 'uefi'; readonly isSecureBoot: boolean }
