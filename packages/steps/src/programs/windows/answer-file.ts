import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Architecture } from '@bootwright/api'
import { DOMParser, type Document, type Element, XMLSerializer } from '@xmldom/xmldom'

const NAMESPACE = 'urn:schemas-microsoft-com:unattend'
const CONFIGURE = 'http://schemas.microsoft.com/WMIConfig/2002/State'
/** Where Windows Setup looks first for how it goes on (Microsoft, Windows Setup: implicit answer file search order). */
const PATH = 'Windows/Panther/unattend.xml'
const PROCESSORS: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' }

/** Configuration passes that an applied Windows goes through. */
export type Pass = 'specialize' | 'oobeSystem'
/** What an element holds: text, others by their names, or a list of elements that are added. */
export type Setting = string | undefined | SettingGroup | SettingList
export interface SettingGroup {
  readonly [name: string]: Setting
}
/** Elements of one name, each added under a key. */
export interface SettingList {
  readonly each: string
  /** As an attribute `wcm:keyValue`; without one the settings of each say who they are. */
  readonly isKeyed?: boolean
  readonly items: readonly (string | SettingGroup)[]
}

/** The answer file by which an applied Windows is set up. */
export interface AnswerFile {
  /** Settings of a component; those that are there already are replaced, undefined ones are left as they are. */
  set(pass: Pass, component: string, settings: SettingGroup): void
  /** Has Windows run a command as the system while it is set up, before anybody logs on. One that is described alike is replaced. */
  addCommand(description: string, command: string): void
  save(): Promise<void>
}

/** Opens that of a system, or makes one. `text` takes its place. Throws for what is no answer file. */
export async function openAnswerFile(root: string, architecture: Architecture, text?: string): Promise<AnswerFile> {
  const path = join(root, PATH)
  const known = text ?? (await readFile(path, 'utf8').catch(() => undefined))
  const document = parse(known ?? `<unattend xmlns="${NAMESPACE}"/>`)
  const unattend = document.documentElement!
  return {
    set(pass, component, settings) {
      const defined = Object.entries(settings).filter(([, value]) => !isEmpty(value))
      if (defined.length === 0) return
      fill(componentOf(unattend, pass, component, architecture), Object.fromEntries(defined))
    },
    addCommand(description, command) {
      const parent = componentOf(unattend, 'specialize', 'Microsoft-Windows-Deployment', architecture)
      const list = childOf(parent, 'RunSynchronous') ?? added(parent, 'RunSynchronous')
      const commands = elementsOf(list)
      const known = commands.find(each => childOf(each, 'Description')?.textContent === description)
      if (known) fill(known, { Path: command })
      else {
        const order = Math.max(0, ...commands.map(each => Number(childOf(each, 'Order')?.textContent ?? 0))) + 1
        addItems(list, {
          each: 'RunSynchronousCommand',
          items: [{ Order: String(order), Description: description, Path: command }],
        })
      }
    },
    async save() {
      await mkdir(dirname(path), { recursive: true })
      const written = new XMLSerializer().serializeToString(document).replace(/^<\?xml[^>]*\?>\s*/, '')
      // It has passwords.
      await writeFile(path, `<?xml version="1.0" encoding="utf-8"?>\n${written}\n`, { mode: 0o600 })
    },
  }
}

function parse(text: string): Document {
  let document: Document
  try {
    document = new DOMParser({
      onError: (level, message) => {
        if (level !== 'warning') throw new Error(message)
      },
    }).parseFromString(text.replace(/^\uFEFF/, ''), 'text/xml')
  } catch (error) {
    throw new Error(`the answer file is no XML: ${(error as Error).message}`)
  }
  const { localName, namespaceURI } = document.documentElement ?? {}
  if (localName === 'unattend' && namespaceURI === NAMESPACE) return document
  throw new Error(`the answer file begins with <${localName}>; expected <unattend xmlns="${NAMESPACE}">`)
}

function componentOf(unattend: Element, pass: Pass, name: string, architecture: Architecture): Element {
  const settings =
    elementsOf(unattend).find(each => each.localName === 'settings' && each.getAttribute('pass') === pass) ??
    added(unattend, 'settings', { pass })
  const processorArchitecture = PROCESSORS[architecture]
  return (
    elementsOf(settings).find(
      each =>
        each.getAttribute('name') === name && each.getAttribute('processorArchitecture') === processorArchitecture,
    ) ??
    added(settings, 'component', {
      name,
      processorArchitecture,
      publicKeyToken: '31bf3856ad364e35',
      language: 'neutral',
      versionScope: 'nonSxS',
    })
  )
}

function fill(parent: Element, settings: SettingGroup): void {
  for (const [name, value] of Object.entries(settings)) {
    if (isEmpty(value)) continue
    const known = childOf(parent, name)
    if (typeof value !== 'string' && known && !isList(value)) {
      fill(known, value as SettingGroup)
      continue
    }
    if (known) parent.removeChild(known)
    const element = added(parent, name)
    if (typeof value === 'string') setText(element, value)
    else if (isList(value)) addItems(element, value)
    else fill(element, value as SettingGroup)
  }
}

function addItems(parent: Element, { each, isKeyed = false, items }: SettingList): void {
  for (const [index, item] of items.entries()) {
    const element = added(parent, each)
    element.setAttributeNS(CONFIGURE, 'wcm:action', 'add')
    if (isKeyed) element.setAttributeNS(CONFIGURE, 'wcm:keyValue', String(index + 1))
    if (typeof item === 'string') setText(element, item)
    else fill(element, item)
  }
}

function added(parent: Element, name: string, attributes: Readonly<Record<string, string>> = {}): Element {
  const element = parent.ownerDocument!.createElementNS(NAMESPACE, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value)
  parent.appendChild(element)
  return element
}

const setText = (element: Element, text: string): void => {
  element.appendChild(element.ownerDocument!.createTextNode(text))
}
const elementsOf = (parent: Element): readonly Element[] => [...parent.childNodes].filter(isElement)
const childOf = (parent: Element, name: string): Element | undefined =>
  elementsOf(parent).find(each => each.localName === name)
const isElement = (node: { readonly nodeType: number }): node is Element => node.nodeType === 1
const isList = (value: Setting): value is SettingList =>
  typeof value === 'object' && 'each' in value && 'items' in value
const isEmpty = (value: Setting): boolean =>
  value === undefined ||
  (typeof value === 'object' && (isList(value) ? value.items.length === 0 : Object.values(value).every(isEmpty)))

/** As answer files hide a password from whoever looks over a shoulder: base64 of the text and the name of its element, in UTF-16. */
export const hiddenPassword = (password: string, element: 'AdministratorPassword' | 'Password'): SettingGroup => ({
  Value: Buffer.from(`${password}${element}`, 'utf16le').toString('base64'),
  PlainText: 'false',
})

/** A text with `%NAME%` replaced by what XML can hold. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
