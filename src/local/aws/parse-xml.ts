/** One element of an XML answer: its own text (entities decoded, trimmed) and its child elements in order. */
export type XmlElement = {
  readonly name: string
  readonly text: string
  readonly children: readonly XmlElement[]
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const token =
  /<\?[^>]*\?>|<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.:-]*)((?:"[^"]*"|'[^']*'|[^"'>])*?)(\/?)>/g

/**
 * Reads the XML that AWS's query protocols answer: elements and text; attributes and namespaces carry nothing there and are dropped.
 * Throws when tags do not match.
 */
export function parseXml(source: string): XmlElement {
  type Open = { readonly name: string; text: string; readonly children: XmlElement[] }
  const root: Open = { name: '', text: '', children: [] }
  const stack: Open[] = [root]
  let end = 0
  for (const match of source.matchAll(token)) {
    const current = stack.at(-1) ?? root
    current.text += decode(source.slice(end, match.index))
    end = match.index + match[0].length
    const [, cdata, closing, name, , selfClosing] = match
    if (cdata !== undefined) current.text += cdata
    else if (name === undefined) continue
    else if (closing === '/') {
      if (stack.length < 2 || current.name !== name) throw new Error(`XML: </${name}> closes nothing`)
      stack.pop()
      stack.at(-1)?.children.push({ name, text: current.text.trim(), children: current.children })
    } else if (selfClosing === '/') current.children.push({ name, text: '', children: [] })
    else stack.push({ name, text: '', children: [] })
  }
  if (stack.length > 1) throw new Error(`XML: <${stack.at(-1)?.name}> is not closed`)
  const [top] = root.children
  if (top === undefined) throw new Error('XML: no element')
  return top
}

/** The first child of that name, at the end of a path of names; `undefined` when a step is missing. */
export function childAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let current = element
  for (const name of path) current = current?.children.find((child) => child.name === name)
  return current
}

/** Text at a path of names, or the empty string. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string {
  return childAt(element, ...path)?.text ?? ''
}

/** The items of a list at a path of names: `item` as EC2 names them, `member` as the other services do. */
export function itemsAt(element: XmlElement | undefined, ...path: readonly string[]): readonly XmlElement[] {
  return (childAt(element, ...path)?.children ?? []).filter(({ name }) => name === 'item' || name === 'member')
}

/** The first element of that name anywhere below, depth first. */
export function findElement(element: XmlElement, name: string): XmlElement | undefined {
  if (element.name === name) return element
  for (const child of element.children) {
    const found = findElement(child, name)
    if (found) return found
  }
  return undefined
}

function decode(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    return entities[name] ?? whole
  })
}
