/** The drawing itself; loaded on its own, since ECharts is large. The panel around it says it in words. */
import { useComputedColorScheme } from '@mantine/core'
import { BarChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { type EChartsType, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { formatMoney, formatMoneyShort, majorUnits } from '../base/money.ts'
import { hourLabel } from '../base/time.ts'
import classes from './live.module.css'
import type { HourOfSales } from './sales-by-hour.ts'

use([BarChart, GridComponent, TooltipComponent, SVGRenderer])

interface Props {
  readonly series: readonly HourOfSales[]
  readonly currency: string
  readonly zone: string | undefined
}

export default function SalesChart({ series, currency, zone }: Props) {
  const holder = useRef<HTMLDivElement>(null)
  const chart = useRef<EChartsType>(undefined)
  const scheme = useComputedColorScheme('light')

  useEffect(() => {
    if (holder.current === null) return
    const made = init(holder.current, null, { renderer: 'svg' })
    chart.current = made
    const observer = new ResizeObserver(() => made.resize())
    observer.observe(holder.current)
    return () => {
      observer.disconnect()
      made.dispose()
    }
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the scheme changes the colours that are read
  useEffect(() => {
    chart.current?.setOption(optionOf({ series, currency, zone }))
  }, [series, currency, zone, scheme])

  return <div ref={holder} className={classes.chart} aria-hidden />
}

const colour = (name: string) =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function optionOf({ series, currency, zone }: Props) {
  const text = colour('--mantine-color-dimmed')
  const line = colour('--line')
  const exponent = Math.round(Math.log10(1 / majorUnits(1, currency)))
  const bars = { type: 'bar', stack: 'hour', barCategoryGap: '28%', animation: false } as const
  return {
    grid: {
      left: 4,
      right: 4,
      top: 10,
      bottom: 4,
      outerBoundsMode: 'same',
      outerBoundsContain: 'all',
    },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow' },
      backgroundColor: colour('--surface'),
      borderColor: line,
      textStyle: { color: colour('--mantine-color-text'), fontSize: 12 },
      valueFormatter: (value: number) =>
        formatMoney(Math.round(Math.abs(value) * 10 ** exponent), currency),
    },
    xAxis: {
      type: 'category',
      data: series.map(({ hour }) => hourLabel(hour, zone)),
      axisLabel: { color: text, fontSize: 11, hideOverlap: true },
      axisLine: { lineStyle: { color: line }, onZero: true },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      splitNumber: 3,
      axisLabel: {
        color: text,
        fontSize: 11,
        formatter: (value: number) => formatMoneyShort(value * 10 ** exponent, currency),
      },
      splitLine: { lineStyle: { color: line } },
    },
    series: [
      {
        ...bars,
        name: 'Sales',
        color: colour('--chart-sales'),
        data: series.map(({ salesMinor }) => majorUnits(salesMinor, currency)),
      },
      {
        ...bars,
        name: 'Refunds',
        color: colour('--chart-refunds'),
        data: series.map(({ refundsMinor }) => -majorUnits(Math.abs(refundsMinor), currency)),
      },
    ],
  }
}
