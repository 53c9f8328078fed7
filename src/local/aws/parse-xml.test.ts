import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { childAt, findElement, itemsAt, parseXml, textAt, type XmlElement } from './parse-xml.ts'
import { escapeXml } from './query-form.ts'

describe('parseXml', () => {
  test('reads elements, text, lists and entities', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<A xmlns="http://x/"><b>1 &lt; 2 &#65;&#x42;</b><set><item><id>i-1</id></item><item><id>i-2</id></item></set><none/><c><![CDATA[<raw>]]></c><!-- no --></A>',
    )
    expect(root.name).toBe('A')
    expect(textAt(root, 'b')).toBe('1 < 2 AB')
    expect(itemsAt(root, 'set').map((item) => textAt(item, 'id'))).toEqual(['i-1', 'i-2'])
    expect(textAt(root, 'c')).toBe('<raw>')
    expect(childAt(root, 'none')?.children).toEqual([])
    expect(textAt(root, 'missing', 'deeper')).toBe('')
    expect(findElement(root, 'id')?.text).toBe('i-1')
  })

  test.each([
    ['<a><b></a>', 'XML: </a> closes nothing'],
    ['<a>', 'XML: <a> is not closed'],
    ['plain', 'XML: no element'],
  ])('refuses %s', (source, message) => {
    expect(() => parseXml(source)).toThrow(message)
  })

  test('reads back whatever is written', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/)
    const text = fc.string().map((value) => value.replace(/[\s\p{Cc}]+/gu, ' ').trim())
    const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
      element: fc.oneof(
        { maxDepth: 3 },
        fc.record({ name, text, children: fc.constant([]) }),
        fc.record({ name, text: fc.constant(''), children: fc.array(tie('element'), { maxLength: 3 }) }),
      ),
    }))
    const write = (one: XmlElement): string =>
      `<${one.name}>${escapeXml(one.text)}${one.children.map(write).join('')}</${one.name}>`
    fc.assert(
      fc.property(element, (one) => {
        expect(parseXml(write(one))).toEqual(one)
      }),
    )
  })
})
