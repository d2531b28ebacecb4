import { XMLParser } from 'fast-xml-parser'

/** An element of a document, its children in order. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  /** Of the element itself, without spaces around it. */
  readonly text: string
}

const ATTRIBUTES = ':@'
const TEXT = '#text'

/** Throws for what is no XML. Entities that a document declares itself are not followed. */
export function parseXml(text: string): Element {
  const parser = new XMLParser({
    preserveOrder: true,
    ignoreAttributes: false,
    attributeNamePrefix: '',
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    processEntities: { enabled: true, maxEntityCount: 0 },
  })
  const nodes = (parser.parse(text.replace(/^\uFEFF/, ''), true) as Raw[]).filter(node => !(TEXT in node))
  const [root] = nodes.map(elementOf)
  if (!root) throw new Error('the document has no element')
  return root
}

type Raw = Readonly<Record<string, unknown>>

function elementOf(node: Raw): Element {
  const name = Object.keys(node).find(key => key !== ATTRIBUTES)!
  const inner = node[name] as readonly Raw[]
  return {
    name,
    attributes: (node[ATTRIBUTES] ?? {}) as Record<string, string>,
    children: inner.filter(child => !(TEXT in child)).map(elementOf),
    text: inner
      .flatMap(child => (TEXT in child ? [String(child[TEXT])] : []))
      .join('')
      .trim(),
  }
}

export const childrenOf = (element: Element, name: string): readonly Element[] =>
  element.children.filter(child => child.name.toLowerCase() === name.toLowerCase())

export const childOf = (element: Element, name: string): Element | undefined => childrenOf(element, name)[0]
