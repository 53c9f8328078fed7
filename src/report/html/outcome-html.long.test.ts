import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sampleNodes, sampleOutcome, sampleRows } from '../testing/sample-outcome.ts'
import { formatOutcomeHtml } from './outcome-html.ts'

const program = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))
if (program === undefined)
  process.stdout.write('skipped: the page in a browser (apt-get install chromium, or CHROMIUM=/path/to/chromium)\n')

/** Nodes of every colour. */
const everyDegree = [0, 4, 6, 7, 8].map((used) => ({
  node: `training-00000${used}`,
  group: 'training',
  zone: 'us-east-1a',
  pods: used,
  gpus: { total: 8, used },
  cpu: { total: 1000, used: 0 },
  memory: { total: 1, used: 0 },
}))

describe.skipIf(program === undefined)('the page in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'eks-gpu-page-'))
  const file = join(folder, 'report.html')
  let browser: Browser

  beforeAll(async () => {
    writeFileSync(
      file,
      formatOutcomeHtml(sampleOutcome, { ...sampleRows, nodes: () => [...sampleNodes, ...everyDegree] }),
    )
    browser = await chromium.launch({
      ...(program !== undefined && { executablePath: program }),
      args: ['--no-sandbox'],
    })
  })

  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each([
    ['a wide light screen', 'light', 1280],
    ['a wide dark screen', 'dark', 1280],
    ['a phone', 'light', 375],
  ] as const)('on %s', async (_, colorScheme, width) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
    const wrong: string[] = []
    page.on('console', (message) => void wrong.push(message.text()))
    page.on('pageerror', (error) => void wrong.push(error.message))
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) wrong.push(request.url())
    })
    await page.goto(pathToFileURL(file).href)
    expect(wrong).toEqual([])
    expect(await page.title()).toBe('ai: what runs, what scales, what stays Pending')
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Pending',
      'Findings',
      'Nodes over time',
      'GPUs over time',
      'Where GPUs and CPU are used',
      'Workloads',
      'Node groups',
      'What happens',
      'What this rests on',
    ])
    expect(await page.getByRole('img', { name: 'GPUs that pods hold, of those there are' }).count()).toBe(1)
    expect(await page.getByRole('table', { name: 'Why pods stay Pending' }).getByRole('row').count()).toBe(4)
    // The page itself never scrolls sideways, and every text stands out from what is behind it.
    expect(await page.evaluate('document.documentElement.scrollWidth <= document.documentElement.clientWidth')).toBe(
      true,
    )
    expect(await page.evaluate(faintTexts)).toEqual([])
    await page.close()
  })

  test('on paper', async () => {
    const page = await browser.newPage()
    await page.goto(pathToFileURL(file).href)
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString('latin1')).toBe('%PDF-')
    await page.close()
  })
})

/** Runs in the page: texts whose contrast is below 4.5 (WCAG 2.2, 1.4.3). */
const faintTexts = `(() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number)
  const light = (color) => {
    const [r, g, b] = channels(color).map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const behind = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const color = getComputedStyle(each).backgroundColor
      if ((channels(color)[3] ?? 1) > 0) return color
    }
    return 'rgb(255, 255, 255)'
  }
  const faint = []
  for (const element of document.querySelectorAll('main *')) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '')) continue
    if (element.closest('title, desc') !== null) continue
    const style = getComputedStyle(element)
    const [a, b] = [light(element.closest('svg') === null ? style.color : style.fill), light(behind(element))].sort((x, y) => y - x)
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(element.textContent + ' ' + style.color + ' on ' + behind(element))
  }
  return faint
})()`
