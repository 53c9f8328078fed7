/** Whether the element that stands at one index comes before the one at another. */
type Less = (left: number, right: number) => boolean

/** Up to so many elements, Go sorts by insertion, which keeps equal ones in their order. */
const mostInserted = 12
/** From so many on, it looks for medians of medians, and mends a few places in what is nearly sorted. */
const manyElements = 50
const mostMended = 5
const mostSwaps = 12

/**
 * Sorts as Go's `sort.Slice` does, equal elements included: it does not keep their order, but what it makes of them is always the
 * same. Pattern-defeating quicksort. Source: the package `sort` of Go 1.19 and later.
 */
export function goSorted<Element>(
  elements: readonly Element[],
  isBefore: (left: Element, right: Element) => boolean,
): readonly Element[] {
  const sorted = [...elements]
  const at = (index: number): Element => {
    const element = sorted[index]
    if (element === undefined) throw new RangeError(`there is no element ${index}`)
    return element
  }
  const less: Less = (left, right) => isBefore(at(left), at(right))
  const swap = (left: number, right: number): void => {
    const kept = at(left)
    sorted[left] = at(right)
    sorted[right] = kept
  }
  sortRange(less, swap, 0, sorted.length, bitLength(sorted.length))
  return sorted
}

type Swap = (left: number, right: number) => void

function sortRange(less: Less, swap: Swap, first: number, end: number, badChoices: number): void {
  let from = first
  let to = end
  let left = badChoices
  let isBalanced = true
  let wasPartitioned = true
  for (;;) {
    const length = to - from
    if (length <= mostInserted || left === 0) {
      const sort = length <= mostInserted ? insertionSort : heapSort
      sort(less, swap, from, to)
      return
    }
    if (!isBalanced) {
      breakPatterns(swap, from, length)
      left--
    }
    let { pivot, order } = choosePivot(less, from, length)
    if (order === 'falling') {
      for (let low = from, high = to - 1; low < high; low++, high--) swap(low, high)
      pivot = to - 1 - (pivot - from)
      order = 'rising'
    }
    if (isBalanced && wasPartitioned && order === 'rising' && mend(less, swap, from, to)) return
    if (from > 0 && !less(from - 1, pivot)) {
      // Nothing here is less than the pivot: what equals it is done.
      from = partition(less, swap, { from, to, pivot, equalLeft: true }).middle
      continue
    }
    const { middle, wasSorted } = partition(less, swap, { from, to, pivot, equalLeft: false })
    wasPartitioned = wasSorted
    const [before, after] = [middle - from, to - middle]
    isBalanced = Math.min(before, after) >= Math.floor(length / 8)
    if (before < after) {
      sortRange(less, swap, from, middle, left)
      from = middle + 1
    } else {
      sortRange(less, swap, middle + 1, to, left)
      to = middle
    }
  }
}

function insertionSort(less: Less, swap: Swap, from: number, to: number): void {
  for (let next = from + 1; next < to; next++) {
    for (let at = next; at > from && less(at, at - 1); at--) swap(at, at - 1)
  }
}

function heapSort(less: Less, swap: Swap, from: number, to: number): void {
  const sink = (root: number, length: number): void => {
    for (let parent = root; ; ) {
      let child = 2 * parent + 1
      if (child >= length) return
      if (child + 1 < length && less(from + child, from + child + 1)) child++
      if (!less(from + parent, from + child)) return
      swap(from + parent, from + child)
      parent = child
    }
  }
  const length = to - from
  for (let root = Math.floor((length - 1) / 2); root >= 0; root--) sink(root, length)
  for (let last = length - 1; last >= 0; last--) {
    swap(from, from + last)
    sink(0, last)
  }
}

/** Moves a few elements about, so that an unlucky pattern does not stay one. */
function breakPatterns(swap: Swap, from: number, length: number): void {
  if (length < 8) return
  let random = BigInt(length)
  const mask = BigInt((1 << bitLength(length)) - 1)
  const middle = from + Math.floor(length / 4) * 2
  for (let index = middle - 1; index <= middle + 1; index++) {
    random = BigInt.asUintN(64, random ^ (random << 13n))
    random ^= random >> 7n
    random = BigInt.asUintN(64, random ^ (random << 17n))
    let other = Number(random & mask)
    if (other >= length) other -= length
    swap(index, from + other)
  }
}

function choosePivot(
  less: Less,
  from: number,
  length: number,
): { pivot: number; order: 'rising' | 'falling' | 'unknown' } {
  let swaps = 0
  const median = (first: number, second: number, third: number): number => {
    let [low, middle, high] = [first, second, third]
    const order = (left: number, right: number): readonly [number, number] => {
      if (!less(right, left)) return [left, right]
      swaps++
      return [right, left]
    }
    ;[low, middle] = order(low, middle)
    ;[middle, high] = order(middle, high)
    ;[low, middle] = order(low, middle)
    return middle
  }
  const quarter = Math.floor(length / 4)
  let [low, pivot, high] = [from + quarter, from + quarter * 2, from + quarter * 3]
  if (length >= 8) {
    if (length >= manyElements) {
      low = median(low - 1, low, low + 1)
      pivot = median(pivot - 1, pivot, pivot + 1)
      high = median(high - 1, high, high + 1)
    }
    pivot = median(low, pivot, high)
  }
  return { pivot, order: swaps === 0 ? 'rising' : swaps === mostSwaps ? 'falling' : 'unknown' }
}

/** Sorts what is nearly sorted; says whether it is sorted now. */
function mend(less: Less, swap: Swap, from: number, to: number): boolean {
  let index = from + 1
  for (let mended = 0; mended < mostMended; mended++) {
    while (index < to && !less(index, index - 1)) index++
    if (index === to) return true
    if (to - from < manyElements) return false
    swap(index, index - 1)
    if (index - from >= 2) for (let at = index - 1; at >= 1 && less(at, at - 1); at--) swap(at, at - 1)
    if (to - index >= 2) for (let at = index + 1; at < to && less(at, at - 1); at++) swap(at, at - 1)
  }
  return false
}

/** Puts what is less than the pivot before it (or, with `equalLeft`, what equals it) and the rest behind. */
function partition(
  less: Less,
  swap: Swap,
  range: { readonly from: number; readonly to: number; readonly pivot: number; readonly equalLeft: boolean },
): { readonly middle: number; readonly wasSorted: boolean } {
  const { from, to, pivot, equalLeft } = range
  const belongsLeft = (index: number): boolean => (equalLeft ? !less(from, index) : less(index, from))
  swap(from, pivot)
  let low = from + 1
  let high = to - 1
  for (let swaps = 0; ; swaps++) {
    while (low <= high && belongsLeft(low)) low++
    while (low <= high && !belongsLeft(high)) high--
    if (low > high) {
      if (equalLeft) return { middle: low, wasSorted: false }
      swap(high, from)
      return { middle: high, wasSorted: swaps === 0 }
    }
    swap(low, high)
    low++
    high--
  }
}

/** How many bits a number takes. */
function bitLength(value: number): number {
  return 32 - Math.clz32(value)
}
