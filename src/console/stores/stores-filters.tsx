/** Which stores are listed: by region, then by district within it. */
import { Group, Select } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { StoreView } from '../../hub/views.ts'

export function StoresFilters({ stores }: { stores: readonly StoreView[] }) {
  const { regionId, districtId } = useSearch({ from: '/shell/stores' })
  const navigate = useNavigate({ from: '/stores' })
  const regions = [...new Set(stores.map((store) => store.regionId))].sort()
  const districts = new Map(
    stores
      .filter((store) => regionId === undefined || store.regionId === regionId)
      .map((store) => [store.districtId, store.districtName]),
  )

  function change(region: string | null | undefined, district: string | null | undefined) {
    void navigate({
      to: '/stores',
      search: ({ regionId: _region, districtId: _district, ...others }) => ({
        ...others,
        ...(region && { regionId: region }),
        ...(district && { districtId: district }),
      }),
      replace: true,
    })
  }

  return (
    <Group gap="xs" grow preventGrowOverflow={false}>
      <Select
        size="xs"
        aria-label="Region"
        placeholder="All regions"
        data={regions.map((value) => ({ value, label: value.toUpperCase() }))}
        value={regionId ?? null}
        clearable
        clearButtonProps={{ 'aria-label': 'Show all regions' }}
        onChange={(value) => change(value, null)}
      />
      <Select
        size="xs"
        aria-label="District"
        placeholder="All districts"
        data={[...districts].map(([value, label]) => ({ value, label }))}
        value={districtId ?? null}
        clearable
        clearButtonProps={{ 'aria-label': 'Show all districts' }}
        onChange={(value) => change(regionId, value)}
      />
    </Group>
  )
}
