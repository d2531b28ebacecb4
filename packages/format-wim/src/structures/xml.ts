import { DOMParser, type Document, type Element, type Node, XMLSerializer } from '@xmldom/xmldom'
import { WimError } from '../error.ts'

/** What a WIM says of one of its images, in words. */
export interface WimImageInfo {
  /** From 1 on. */
  readonly index: number
  readonly name: string
  readonly description: string
  readonly displayName: string
  readonly displayDescription: string
  /** Edition: `Professional`, `WindowsPE`; empty when it says nothing. */
  readonly flags: string
  readonly folders: number
  readonly files: number
  /** Of all files together, hard links counted each time. */
  readonly totalBytes: number
  /** `x86`, `x64`, `arm64`; undefined when it is not of Windows. */
  readonly architecture: string | undefined
  /** Windows' version, as `10.0.26100.1`; undefined when it is not of Windows. */
  readonly version: string | undefined
  readonly created: Date | undefined
  readonly modified: Date | undefined
  /** What else is said in one word or line, by the names of the elements. */
  readonly others: Readonly<Record<string, string>>
}

/** XML of a WIM: UTF-16, with a byte order mark. */
export interface WimXml {
  readonly images: readonly WimImageInfo[]
  readonly document: Document
}

/** Thousands of images. Its tree takes many times as much memory. Bytes. */
export const XML_LIMIT: number = 4 << 20
/** PROCESSOR_ARCHITECTURE_* of the Windows SDK. */
const ARCHITECTURES: Readonly<Record<string, string>> = { 0: 'x86', 5: 'arm', 6: 'ia64', 9: 'x64', 12: 'arm64' }
const BYTE_ORDER_MARK = '\ufeff'
/** Hundreds of nanoseconds from 1601 to 1970. */
const EPOCH = 116_444_736_000_000_000n
const TICKS = 10_000n

/** Throws {@link WimError} `WIM_FIELD` when it is not the XML of a WIM. */
export function decodeXml(bytes: Uint8Array, offset: number): WimXml {
  const text = new TextDecoder('utf-16le', { ignoreBOM: true }).decode(bytes).replace(BYTE_ORDER_MARK, '')
  // A document type could name entities that stand for gigabytes.
  if (/<!DOCTYPE/i.test(text)) throw new WimError('WIM_FIELD', 'XML data', 'it has a document type', { offset })
  let document: Document
  try {
    const refuse = (level: string, message: string): never => {
      throw new Error(`${level}: ${message}`)
    }
    document = new DOMParser({ onError: refuse }).parseFromString(text.replace(/\0+$/, ''), 'text/xml')
  } catch (cause) {
    throw new WimError('WIM_FIELD', 'XML data', `it is no XML: ${(cause as Error).message}`, { offset, cause })
  }
  const root = document.documentElement
  if (root?.nodeName !== 'WIM')
    throw new WimError('WIM_FIELD', 'XML data', `its root is ${root?.nodeName}; expected WIM`, { offset })
  if (childrenOf(root, 'ESD').some(esd => childrenOf(esd, 'ENCRYPTED').length > 0))
    throw new WimError(
      'WIM_ENCRYPTED',
      'XML data',
      'it is an encrypted ESD, which only Windows Update can open; take a WIM, or an ESD that has been decrypted',
      { offset },
    )
  const images = childrenOf(root, 'IMAGE').map(infoOf)
  return { images: images.sort((a, b) => a.index - b.index), document }
}

export const encodeXml = (document: Document): Buffer =>
  Buffer.from(BYTE_ORDER_MARK + new XMLSerializer().serializeToString(document), 'utf16le')

function infoOf(image: Element): WimImageInfo {
  const text = (...path: string[]): string => textAt(image, path) ?? ''
  const version = ['MAJOR', 'MINOR', 'BUILD', 'SPBUILD'].map(part => textAt(image, ['WINDOWS', 'VERSION', part]))
  const architecture = textAt(image, ['WINDOWS', 'ARCH'])
  return {
    index: Number(image.getAttribute('INDEX')),
    name: text('NAME'),
    description: text('DESCRIPTION'),
    displayName: text('DISPLAYNAME'),
    displayDescription: text('DISPLAYDESCRIPTION'),
    flags: text('FLAGS'),
    folders: Number(text('DIRCOUNT')),
    files: Number(text('FILECOUNT')),
    totalBytes: Number(text('TOTALBYTES')),
    architecture: architecture === undefined ? undefined : (ARCHITECTURES[architecture.trim()] ?? architecture),
    version: version[0] === undefined ? undefined : version.filter(part => part !== undefined).join('.'),
    created: dateAt(image, 'CREATIONTIME'),
    modified: dateAt(image, 'LASTMODIFICATIONTIME'),
    others: othersOf(image),
  }
}

const KNOWN = new Set(['DIRCOUNT', 'FILECOUNT', 'TOTALBYTES', 'HARDLINKBYTES', 'WIMBOOT'])
function othersOf(image: Element): Record<string, string> {
  const isOther = (node: Node): boolean =>
    node.nodeType === node.ELEMENT_NODE &&
    !KNOWN.has(node.nodeName) &&
    !Object.values(WORDS).includes(node.nodeName) &&
    [...node.childNodes].every(child => child.nodeType === child.TEXT_NODE)
  return Object.fromEntries([...image.childNodes].filter(isOther).map(node => [node.nodeName, node.textContent ?? '']))
}

function dateAt(image: Element, name: string): Date | undefined {
  const [high, low] = ['HIGHPART', 'LOWPART'].map(part => textAt(image, [name, part]))
  if (!high || !low || !/^0x[0-9a-f]{1,8}$/i.test(high) || !/^0x[0-9a-f]{1,8}$/i.test(low)) return undefined
  return dateOf((BigInt(high) << 32n) | BigInt(low))
}

/** Of hundreds of nanoseconds since 1601. */
const dateOf = (time: bigint): Date => new Date(Number((time - EPOCH) / TICKS))
export const fileTimeOfNanoseconds = (sinceEpoch: bigint): bigint => sinceEpoch / 100n + EPOCH
/** Since 1970, to a quarter of a microsecond. */
export const secondsOf = (time: bigint): number => Number(time - EPOCH) / (Number(TICKS) * 1000)
export const fileTimeOf = (date: Date): bigint => BigInt(date.getTime()) * TICKS + EPOCH

export const childrenOf = (element: Element, name: string): Element[] =>
  [...element.childNodes].filter((node): node is Element => node.nodeName === name)

function textAt(element: Element, path: readonly string[]): string | undefined {
  const [name, ...rest] = path
  if (name === undefined) return element.textContent ?? undefined
  const child = childrenOf(element, name)[0]
  return child && textAt(child, rest)
}

/** A new one, without images. */
export const emptyXml = (): Document => new DOMParser().parseFromString('<WIM></WIM>', 'text/xml')

export const setTotalBytes = (document: Document, bytes: number): void =>
  setText(document.documentElement!, 'TOTALBYTES', String(bytes), true)

/** What is counted and said of an image. Texts that are undefined stay as they are. */
export interface ImageFacts {
  readonly folders: number
  readonly files: number
  readonly totalBytes: number
  readonly hardLinkBytes: number
  readonly modified: Date
}

/** Words for an image. */
export interface ImageWords {
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly displayName?: string | undefined
  readonly displayDescription?: string | undefined
  readonly flags?: string | undefined
  /** Elements of other products' making, by their names in capitals: `{ CREATEDBY: 'the lab' }`. */
  readonly others?: Readonly<Record<string, string>> | undefined
}
const WORDS: Readonly<Record<Exclude<keyof ImageWords, 'others'>, string>> = {
  name: 'NAME',
  description: 'DESCRIPTION',
  displayName: 'DISPLAYNAME',
  displayDescription: 'DISPLAYDESCRIPTION',
  flags: 'FLAGS',
}

/** Writes down what an image is; makes its element when it has none. */
export function setImage(document: Document, index: number, facts: ImageFacts, words: ImageWords = {}): void {
  const root = document.documentElement!
  let image = childrenOf(root, 'IMAGE').find(each => Number(each.getAttribute('INDEX')) === index)
  if (!image) {
    image = document.createElement('IMAGE')
    image.setAttribute('INDEX', String(index))
    root.appendChild(image)
    setTime(image, 'CREATIONTIME', facts.modified)
  }
  setText(image, 'DIRCOUNT', String(facts.folders))
  setText(image, 'FILECOUNT', String(facts.files))
  setText(image, 'TOTALBYTES', String(facts.totalBytes))
  setText(image, 'HARDLINKBYTES', String(facts.hardLinkBytes))
  setTime(image, 'LASTMODIFICATIONTIME', facts.modified)
  for (const [word, name] of Object.entries(WORDS)) {
    const text = words[word as keyof typeof WORDS]
    if (text !== undefined) setText(image, name, text)
  }
  for (const [name, text] of Object.entries(words.others ?? {})) setText(image, name, text)
}

/** Leaves the first child element of the name, or a new one, with this text. */
function setText(element: Element, name: string, text: string, isFirst = false): void {
  const document = element.ownerDocument!
  let child = childrenOf(element, name)[0]
  if (!child) {
    child = document.createElement(name)
    element.insertBefore(child, isFirst ? element.firstChild : null)
  }
  child.textContent = text
}

function setTime(element: Element, name: string, date: Date): void {
  const time = fileTimeOf(date)
  const child = element.ownerDocument!.createElement(name)
  const half = (value: bigint): string => `0x${value.toString(16).toUpperCase().padStart(8, '0')}`
  setText(child, 'HIGHPART', half(time >> 32n))
  setText(child, 'LOWPART', half(time & 0xffffffffn))
  const before = childrenOf(element, name)[0]
  if (before) element.replaceChild(child, before)
  else element.appendChild(child)
}

export const copyXml = (document: Document): Document => document.cloneNode(true) as Document

/** Leaves some images, in this order, numbered anew. */
export function keepImages(document: Document, indexes: readonly number[]): void {
  const root = document.documentElement!
  const images = childrenOf(root, 'IMAGE')
  for (const image of images) root.removeChild(image)
  for (const [at, index] of indexes.entries()) {
    const image = images.find(each => Number(each.getAttribute('INDEX')) === index)
    if (!image) continue
    image.setAttribute('INDEX', String(at + 1))
    root.appendChild(image)
  }
}
