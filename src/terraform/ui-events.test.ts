import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseUiLine } from './ui-events.ts'

describe('parseUiLine', () => {
  test.each([
    [
      'a diagnostic',
      '{"@level":"error","type":"diagnostic","diagnostic":{"severity":"error","summary":"S","detail":"D","address":"a.b","range":{"filename":"main.tf","start":{"line":8,"column":30,"byte":1},"end":{"line":8,"column":31,"byte":2}},"snippet":{"context":"resource \\"a\\" \\"b\\"","code":"x = 1","start_line":8,"highlight_start_offset":0,"highlight_end_offset":1,"values":[{"traversal":"var.x","statement":"is 1"}]}}}',
      {
        type: 'diagnostic',
        diagnostic: {
          severity: 'error',
          summary: 'S',
          detail: 'D',
          address: 'a.b',
          at: { file: 'main.tf', line: 8, column: 30 },
          snippet: {
            context: 'resource "a" "b"',
            code: 'x = 1',
            startLine: 8,
            highlight: { start: 0, end: 1 },
            values: ['var.x is 1'],
          },
        },
      },
    ],
    [
      'a bare diagnostic',
      '{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"S"}}',
      { type: 'diagnostic', diagnostic: { severity: 'warning', summary: 'S', detail: '' } },
    ],
    [
      'the start of a creation',
      '{"type":"apply_start","hook":{"resource":{"addr":"a.b","resource_type":"a"},"action":"create"}}',
      { type: 'apply-start', address: 'a.b', resourceType: 'a', action: 'create', seconds: 0 },
    ],
    [
      'the end of a creation',
      '{"type":"apply_complete","hook":{"resource":{"addr":"a.b","resource_type":"a"},"action":"create","id_key":"id","id_value":"i-1","elapsed_seconds":3}}',
      { type: 'apply-complete', address: 'a.b', resourceType: 'a', action: 'create', id: 'i-1', seconds: 3 },
    ],
    [
      'a summary of Terraform 1.4, without imports',
      '{"type":"change_summary","changes":{"add":1,"change":2,"remove":3,"operation":"plan"}}',
      { type: 'change-summary', operation: 'plan', counts: { add: 1, change: 2, import: 0, remove: 3 } },
    ],
    ['a log line', '{"type":"log","@message":"\\nStopping\\n"}', { type: 'message', text: 'Stopping' }],
    ['a kind we do not read', '{"type":"outputs","outputs":{}}', { type: 'other' }],
    ['something that is not JSON', 'panic: oh', { type: 'message', text: 'panic: oh' }],
  ])('%s', (_, line, expected) => {
    expect(parseUiLine(line)).toEqual(expected)
  })

  test('never throws', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (line) => void parseUiLine(line)))
  })
})
