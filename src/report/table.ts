import { stripVTControlCharacters } from 'node:util'

/** A column of a table. */
export type Column = { readonly title: string; readonly align?: 'right' }

/** Lays rows out under their titles, columns two spaces apart, without trailing spaces. */
export function drawTable(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const all = [columns.map(({ title }) => title), ...rows]
  const widths = columns.map((_, index) => Math.max(...all.map((row) => widthOf(row[index] ?? ''))))
  return all.map((row) =>
    columns
      .map((column, index) => {
        const cell = row[index] ?? ''
        const space = ' '.repeat((widths[index] ?? 0) - widthOf(cell))
        return column.align === 'right' ? space + cell : cell + space
      })
      .join('  ')
      .trimEnd(),
  )
}

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length
}
