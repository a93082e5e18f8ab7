/**
 * Charts for docs/models as SVG text, with a paper of their own so that they read on light and on dark
 * pages. Rows of data whose licence is not open stay out of them: aggregates only.
 */
import { BarChart, CustomChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components'
import * as echarts from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

echarts.use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  TitleComponent,
  SVGRenderer,
])

export interface Axis {
  /** With the unit: `units a week`. */
  readonly label: string
  /** Left out, the axis is numbers. */
  readonly categories?: readonly string[]
  readonly min?: number
  readonly max?: number
  readonly isLogarithmic?: boolean
}

export interface Series {
  readonly name: string
  readonly kind: 'line' | 'dashed' | 'bars' | 'points' | 'band'
  /** `[x, y]`; of a band `[x, low, high]`; with categories x is their index. */
  readonly points: readonly (readonly number[])[]
}

export interface Chart {
  readonly title: string
  /** Which data, which period. */
  readonly subtitle: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

const ink = '#24292f'
const faint = '#d0d7de'
/** Told apart by people who see fewer colours, too (Okabe and Ito). */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9']

export function drawChart(
  { title, subtitle, x, y, series }: Chart,
  width = 760,
  height = 400,
): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    color: colours,
    textStyle: { fontFamily: 'system-ui, sans-serif', color: ink },
    title: {
      text: title,
      subtext: subtitle,
      left: 16,
      top: 10,
      textStyle: { fontSize: 16, color: ink },
      subtextStyle: { fontSize: 12, color: '#57606a' },
    },
    legend: {
      bottom: 6,
      left: 'center',
      itemGap: 28,
      textStyle: { color: ink },
      data: series.map(({ name }) => name),
    },
    grid: { left: 70, right: 24, top: 74, bottom: 82 },
    // Weeks and dates do not begin at 0; amounts do, unless `min` says otherwise.
    xAxis: { scale: true, ...axis(x, 'middle', 32) },
    yAxis: axis(y, 'middle', 52),
    series: series.map((one, index) => drawn(one, colours[index % colours.length] ?? ink)),
  })
  // Names for hovering, counted up over all charts of a process: a picture in a page needs neither.
  const svg = chart
    .renderToSVGString()
    .replace(/<style[\s\S]*?<\/style>\n?/g, '')
    .replaceAll(/ class="zr[^"]*"/g, '')
    .replaceAll(/\bzr\d+-/g, 'zr-')
    .replace('>', () => `>\n<title>${escaped(`${title}. ${subtitle}`)}</title>`)
  chart.dispose()
  return `${svg}\n`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

function axis({ label, categories, min, max, isLogarithmic }: Axis, place: string, gap: number) {
  return {
    type: categories ? 'category' : isLogarithmic ? 'log' : 'value',
    name: label,
    nameLocation: place,
    nameGap: gap,
    nameTextStyle: { color: ink, fontSize: 12 },
    axisLabel: { color: ink },
    axisLine: { show: true, lineStyle: { color: '#8c959f' } },
    splitLine: { show: !categories, lineStyle: { color: faint } },
    ...(categories && { data: [...categories] }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
  }
}

function drawn({ name, kind, points }: Series, colour: string): echarts.EChartsCoreOption {
  const data = points.map((point) => [...point])
  if (kind === 'bars') return { type: 'bar', name, data, itemStyle: { color: colour } }
  if (kind === 'points')
    return {
      type: 'scatter',
      name,
      data,
      symbolSize: 6,
      itemStyle: { color: colour, opacity: 0.7 },
    }
  if (kind === 'band') return band(name, data, colour)
  return {
    type: 'line',
    name,
    data,
    showSymbol: points.length <= 40,
    symbolSize: 5,
    itemStyle: { color: colour },
    lineStyle: { color: colour, width: 2, type: kind === 'dashed' ? 'dashed' : 'solid' },
  }
}

/** One polygon: along the upper ends, back along the lower. */
function band(name: string, data: number[][], colour: string): echarts.EChartsCoreOption {
  return {
    type: 'custom',
    name,
    data,
    z: 1,
    itemStyle: { color: colour, opacity: 0.22 },
    encode: { x: 0, y: [1, 2] },
    renderItem: (
      { dataIndex }: { dataIndex: number },
      { coord }: { coord: (point: number[]) => number[] },
    ) => {
      if (dataIndex > 0) return undefined
      const upper = data.map(([x = 0, , high = 0]) => coord([x, high]))
      const lower = data.map(([x = 0, low = 0]) => coord([x, low]))
      return {
        type: 'polygon',
        shape: { points: [...upper, ...lower.reverse()] },
        style: { fill: colour, opacity: 0.22 },
      }
    },
  }
}
