import { formatCount } from '../counted.ts'
import { escapeHtml } from './escape-html.ts'

/** One thing that is counted over time: a value for each moment, which holds until the next. */
export type StepSeries = { readonly label: string; readonly values: readonly number[] }

/** What a chart shows. */
export type StepChart = {
  /** Unique on the page; letters only. */
  readonly id: string
  readonly title: string
  /** The same in a sentence, for those who do not see it. */
  readonly description: string
  /** Seconds, ascending. */
  readonly times: readonly number[]
  /** Stacked areas, the first at the bottom. */
  readonly areas: readonly StepSeries[]
  /** A line above them. */
  readonly line?: StepSeries
}

const size = { width: 760, height: 250, left: 64, right: 28, top: 12, bottom: 30 } as const

/** Draws counts over time as stacked steps, in SVG, with its legend. Colours are `--c1` to `--c8` of the page. */
export function drawStepChart(chart: StepChart): string {
  const { id, title, description, times, areas, line } = chart
  // What holds from the last moment on is drawn for a while.
  const end = Math.max((times.at(-1) ?? 0) * 1.08, 60)
  const top = niceTop(highest(chart))
  const x = (time: number) => round(size.left + (time / end) * (size.width - size.left - size.right))
  const y = (value: number) => round(size.height - size.bottom - (value / top) * (size.height - size.top - size.bottom))
  const below = times.map(() => 0)
  const paths = areas.map(({ label, values }, index) => {
    const lower = below.map((value) => value)
    values.forEach((value, at) => {
      below[at] = (below[at] ?? 0) + value
    })
    const path = `${steps(times, below, end, x, y, 'M')}${stepsBack(times, lower, end, x, y)}Z`
    return `<path d="${path}" fill="var(--c${(index % 8) + 1})"><title>${escapeHtml(label)}</title></path>`
  })
  const stroke =
    line === undefined
      ? ''
      : `<path d="${steps(times, line.values, end, x, y, 'M')}" class="line"><title>${escapeHtml(line.label)}</title></path>`
  return [
    `<figure><svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-labelledby="${id}Title ${id}Text">`,
    `<title id="${id}Title">${escapeHtml(title)}</title><desc id="${id}Text">${escapeHtml(description)}</desc>`,
    ...yTicks(top).map(
      (value) =>
        `<path d="M${size.left} ${y(value)}H${size.width - size.right}" class="grid"/><text x="${size.left - 8}" y="${y(value)}" class="tick y">${formatCount(value)}</text>`,
    ),
    ...paths,
    stroke,
    ...xTicks(end).map(
      ({ time, label }) => `<text x="${x(time)}" y="${size.height - size.bottom + 18}" class="tick x">${label}</text>`,
    ),
    `</svg><figcaption>${legend(areas, line)}</figcaption></figure>`,
  ].join('\n')
}

function legend(areas: readonly StepSeries[], line: StepSeries | undefined): string {
  const entry = (swatch: string, { label, values }: StepSeries) =>
    `<span class="key">${swatch}${escapeHtml(label)}: ${formatCount(values.at(-1) ?? 0)}</span>`
  return [
    ...areas.map((area, index) => entry(`<i style="background:var(--c${(index % 8) + 1})"></i>`, area)),
    ...(line === undefined ? [] : [entry('<i class="dash"></i>', line)]),
  ].join(' ')
}

function steps(
  times: readonly number[],
  values: readonly number[],
  end: number,
  x: (time: number) => number,
  y: (value: number) => number,
  first: 'M' | 'L',
): string {
  const parts = times.map((time, index) => {
    const value = y(values[index] ?? 0)
    return index === 0 ? `${first}${x(time)} ${value}` : `H${x(time)}V${value}`
  })
  return `${parts.join('')}H${x(end)}`
}

/** The same way back, from the last moment to the first. */
function stepsBack(
  times: readonly number[],
  values: readonly number[],
  end: number,
  x: (time: number) => number,
  y: (value: number) => number,
): string {
  let path = `L${x(end)} ${y(values.at(-1) ?? 0)}`
  for (let index = times.length - 1; index >= 0; index -= 1) path += `V${y(values[index] ?? 0)}H${x(times[index] ?? 0)}`
  return path
}

function highest({ times, areas, line }: StepChart): number {
  let most = 0
  for (const index of times.keys()) {
    const stacked = areas.reduce((sum, { values }) => sum + (values[index] ?? 0), 0)
    most = Math.max(most, stacked, line?.values[index] ?? 0)
  }
  return most
}

/** Whole numbers that an axis may end with, times a power of ten. */
const tops = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8]

/** The first good end of an axis that is at least as much. */
function niceTop(most: number): number {
  for (let power = 1; ; power *= 10) {
    const top = tops
      .map((factor) => Math.round(factor * power * 10) / 10)
      .find((each) => each % 1 === 0 && each >= most)
    if (top !== undefined) return top
  }
}

function yTicks(top: number): readonly number[] {
  const parts = [4, 5, 3].find((each) => top % each === 0) ?? top
  return Array.from({ length: parts + 1 }, (_, index) => (top / parts) * index)
}

const units = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3600, name: 'h' },
  { seconds: 60, name: 'min' },
  { seconds: 1, name: 's' },
] as const

const distances = [10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]

function xTicks(end: number): readonly { readonly time: number; readonly label: string }[] {
  const distance = distances.find((each) => end / each <= 8) ?? Math.ceil(end / 8 / 86_400) * 86_400
  const unit = units.find(({ seconds }) => distance % seconds === 0)
  return Array.from({ length: Math.floor(end / distance) + 1 }, (_, index) => {
    const time = index * distance
    return { time, label: unit === undefined ? `${time} s` : `${time / unit.seconds} ${unit.name}` }
  })
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
