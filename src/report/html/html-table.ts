import { escapeHtml } from './escape-html.ts'

/** A column of a table; `right` for figures; `share` of the width in percent for long texts. */
export type HtmlColumn = { readonly title: string; readonly align?: 'right'; readonly share?: number }

/** A table with a caption; every cell is text. The first column names its row. */
export function htmlTable(
  caption: string,
  columns: readonly HtmlColumn[],
  rows: readonly (readonly string[])[],
): string {
  const kind = (index: number) => (columns[index]?.align === 'right' ? ' class="n"' : '')
  const head = columns
    .map(
      ({ title, share }, index) =>
        `<th scope="col"${kind(index)}${share === undefined ? '' : ` style="width:${share}%"`}>${escapeHtml(title)}</th>`,
    )
    .join('')
  const body = rows.map((row) => {
    const cells = row.map((cell, index) =>
      index === 0 ? `<th scope="row">${escapeHtml(cell)}</th>` : `<td${kind(index)}>${escapeHtml(cell)}</td>`,
    )
    return `<tr>${cells.join('')}</tr>`
  })
  return `<div class="scroll" role="region" aria-label="${escapeHtml(caption)}" tabindex="0"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`
}
