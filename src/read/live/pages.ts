/** All items of an answer that AWS gives in pages, in its order. */
export async function pages<Page, Item>(
  paginator: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<readonly Item[]> {
  const items: Item[] = []
  for await (const page of paginator) items.push(...(itemsOf(page) ?? []))
  return items
}
