/** Sales and refunds per hour, in one currency at a time: amounts of different ones do not add up. */
import { Group, SegmentedControl, Skeleton, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { FaultAlert } from '../base/fault-alert.tsx'
import { formatMoney } from '../base/money.ts'
import { Panel } from '../base/panel.tsx'
import { hourLabel } from '../base/time.ts'
import { hourlySalesQuery } from '../queries.ts'
import classes from './live.module.css'
import { currenciesOf, type HourOfSales, salesByHour, totalOf } from './sales-by-hour.ts'
import { useStore } from './use-store.ts'

const SalesChart = lazy(() => import('./sales-chart.tsx'))

const hours = 48

export function SalesPanel({ storeId }: { storeId: string | undefined }) {
  const { data, error, isPending, refetch } = useQuery(hourlySalesQuery(hours, storeId))
  const [chosen, setChosen] = useState<string>()
  const zone = useStore(storeId)?.timeZone
  const currencies = currenciesOf(data ?? [])
  const currency = currencies.find((known) => known === chosen) ?? currencies[0]
  const series = currency === undefined ? [] : salesByHour(data ?? [], currency)
  return (
    <Panel labelledBy="sales-title" p="sm" className={classes.salesPanel ?? ''}>
      <Group justify="space-between" gap="xs" mb={4}>
        <Group gap="md">
          <Title order={2} size="h6" id="sales-title">
            Sales by hour
          </Title>
          <Legend colour="var(--chart-sales)" label="Sales" />
          <Legend colour="var(--chart-refunds)" label="Refunds" />
        </Group>
        {currencies.length > 1 && currency !== undefined && (
          <SegmentedControl
            size="xs"
            aria-label="Currency"
            data={currencies}
            value={currency}
            onChange={setChosen}
          />
        )}
      </Group>
      {error && data === undefined ? (
        <FaultAlert error={error} title="Sales could not be read" onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton height={168} aria-hidden />
      ) : currency === undefined ? (
        <div className={classes.chartHole}>No sale in the last {hours} hours.</div>
      ) : (
        <>
          <Suspense fallback={<Skeleton height={168} aria-hidden />}>
            <SalesChart series={series} currency={currency} zone={zone} />
          </Suspense>
          <Text size="xs" c="dimmed" className="numbers" mt={4}>
            {summary(series, currency, zone)}
          </Text>
        </>
      )}
    </Panel>
  )
}

function Legend({ colour, label }: { colour: string; label: string }) {
  return (
    <span className={classes.legend}>
      <span className={classes.swatch} style={{ background: colour }} aria-hidden />
      {label}
    </span>
  )
}

/** What the chart shows, for those who cannot see it, and for those in a hurry. */
function summary(series: readonly HourOfSales[], currency: string, zone?: string): string {
  const { salesMinor, refundsMinor, salesCount, refundsCount } = totalOf(series)
  const best = series.reduce((top, hour) => (hour.salesMinor > top.salesMinor ? hour : top))
  return (
    `${formatMoney(salesMinor, currency)} in ${salesCount.toLocaleString()} sales, ` +
    `${formatMoney(refundsMinor, currency)} given back in ${refundsCount.toLocaleString()} refunds. ` +
    `Best hour: ${hourLabel(best.hour, zone)} with ${formatMoney(best.salesMinor, currency)}.`
  )
}
