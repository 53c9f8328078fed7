import { expect, it } from 'vitest'
import { goFixed2, goGeneral6 } from './go-format.ts'

it.each([
  [90.625, '90.62'],
  [90.875, '90.88'],
  [0.125, '0.12'],
  [0.375, '0.38'],
  [33.333333, '33.33'],
  [2.675, '2.67'],
  [100, '100.00'],
  [-0.125, '-0.12'],
])('%f is %s with two places', (value, text) => {
  expect(goFixed2(value)).toBe(text)
})

it.each([
  [90.625, '90.625'],
  [83.33333333, '83.3333'],
  [100, '100'],
  [0, '0'],
  [1234567, '1.23457e+06'],
  [0.00001234567, '1.23457e-05'],
])('%f is %s with six digits', (value, text) => {
  expect(goGeneral6(value)).toBe(text)
})
