/** A chart says what it shows, the same each time, and fetches nothing. */
import { equal, ok } from 'node:assert/strict'
import test from 'node:test'
import { drawChart } from './chart.ts'

const chart = {
  title: 'Forecast and sales',
  subtitle: 'one product, weekly',
  x: { label: 'week' },
  y: { label: 'units a week', min: 0 },
  series: [
    {
      name: 'sold',
      kind: 'line',
      points: [
        [1, 4],
        [2, 7],
        [3, 5],
      ],
    },
    {
      name: 'nine weeks in ten',
      kind: 'band',
      points: [
        [1, 2, 6],
        [2, 3, 8],
        [3, 3, 9],
      ],
    },
    {
      name: 'forecast',
      kind: 'dashed',
      points: [
        [1, 5],
        [2, 5],
        [3, 5],
      ],
    },
    { name: 'odd', kind: 'points', points: [[2, 9]] },
  ],
} as const

test('title, axes with units and every series stand in the picture', () => {
  const svg = drawChart(chart)
  for (const text of ['Forecast and sales', 'one product, weekly', 'units a week', 'week'])
    ok(svg.includes(`>${text}<`), text)
  for (const { name } of chart.series) ok(svg.includes(`>${name}<`), name)
  ok(svg.includes('<title>Forecast and sales. one product, weekly</title>'))
  ok(svg.startsWith('<svg') && !/href|<script|<image/.test(svg))
})

test('bars over categories, and no number that is none', () => {
  const svg = drawChart({
    ...chart,
    x: { label: 'horizon', categories: ['1 week', '2 weeks'] },
    series: [
      {
        name: 'error',
        kind: 'bars',
        points: [
          [0, 3],
          [1, 4],
        ],
      },
    ],
  })
  ok(svg.includes('>1 week<') && !svg.includes('NaN'))
})

test('the same chart is the same text', () => equal(drawChart(chart), drawChart(chart)))
