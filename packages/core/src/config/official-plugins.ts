import type { ValidatedKind } from './schema-lookup.ts'

/** The official plugin of each contribution, for messages that suggest one. Official plugins are loaded like any other. */
const OFFICIAL: Readonly<Record<ValidatedKind, Readonly<Record<string, string>>>> = {
  mediaType: {
    bootable: '@bootwright/plugin-bootable',
    prestaged: '@bootwright/plugin-prestaged',
    standalone: '@bootwright/plugin-standalone',
    capture: '@bootwright/plugin-capture',
    taskSequence: '@bootwright/plugin-site',
  },
  bootImage: { linux: '@bootwright/boot-linux', winpe: '@bootwright/boot-winpe' },
  target: {
    iso: '@bootwright/target-iso',
    usb: '@bootwright/target-usb',
    disk: '@bootwright/target-usb',
    wim: '@bootwright/target-wim',
    site: '@bootwright/plugin-site',
  },
  signer: { x509: '@bootwright/signer-x509' },
}

export const officialPluginFor = (kind: ValidatedKind, name: string): string | undefined =>
  Object.hasOwn(OFFICIAL[kind], name) ? OFFICIAL[kind][name] : undefined

export const officialNames = (kind: ValidatedKind): readonly string[] => Object.keys(OFFICIAL[kind])

export const officialPlugins = (): readonly string[] => Object.values(OFFICIAL).flatMap(each => Object.values(each))
