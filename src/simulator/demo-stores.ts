/** The demo chain's stores, as a table: where each is, on which vendor, and how it taxes. */

export type Vendor = 'shopify' | 'square' | 'clover' | 'lightspeed'
export const vendors: readonly Vendor[] = ['shopify', 'square', 'clover', 'lightspeed']

export interface StoreRow {
  readonly districtId: string
  readonly vendor: Vendor
  readonly slug: string
  readonly city: string
  readonly country: string
  readonly timeZone: string
  readonly currency: string
  readonly taxName: string
  /** Decimal text. In `eu` prices include it, in `us` it is added. */
  readonly taxRate: string
  readonly zip: string
}

export const districtRows = [
  { districtId: 'dis_us_east', regionId: 'us', name: 'US East', agentId: 'agt_us_east' },
  { districtId: 'dis_us_west', regionId: 'us', name: 'US West', agentId: 'agt_us_west' },
  { districtId: 'dis_eu_north', regionId: 'eu', name: 'EU North', agentId: 'agt_eu_north' },
  { districtId: 'dis_eu_south', regionId: 'eu', name: 'EU South', agentId: 'agt_eu_south' },
] as const

/** Six stores per district and per vendor; stores of one district and vendor share an account. */
const table = `
us_east  shopify    new_york      New_York      US America/New_York    USD Sales_tax 0.08875 10012
us_east  shopify    boston        Boston        US America/New_York    USD Sales_tax 0.0625  02116
us_east  square     philadelphia  Philadelphia  US America/New_York    USD Sales_tax 0.08    19103
us_east  square     washington    Washington    US America/New_York    USD Sales_tax 0.06    20007
us_east  clover     atlanta       Atlanta       US America/New_York    USD Sales_tax 0.089   30309
us_east  lightspeed portland_me   Portland_ME   US America/New_York    USD Sales_tax 0.055   04101
us_west  clover     los_angeles   Los_Angeles   US America/Los_Angeles USD Sales_tax 0.0975  90012
us_west  clover     phoenix       Phoenix       US America/Phoenix     USD Sales_tax 0.091   85004
us_west  lightspeed seattle       Seattle       US America/Los_Angeles USD Sales_tax 0.1035  98101
us_west  lightspeed san_diego     San_Diego     US America/Los_Angeles USD Sales_tax 0.0775  92101
us_west  shopify    san_francisco San_Francisco US America/Los_Angeles USD Sales_tax 0.08625 94108
us_west  square     denver        Denver        US America/Denver      USD Sales_tax 0.0915  80202
eu_north shopify    london        London        GB Europe/London       GBP VAT       0.20    W1F_9LN
eu_north shopify    manchester    Manchester    GB Europe/London       GBP VAT       0.20    M2_7PW
eu_north clover     dublin        Dublin        IE Europe/Dublin       EUR VAT       0.23    D02_X285
eu_north clover     hamburg       Hamburg       DE Europe/Berlin       EUR MwSt      0.19    20095
eu_north square     edinburgh     Edinburgh     GB Europe/London       GBP VAT       0.20    EH2_2BY
eu_north lightspeed amsterdam     Amsterdam     NL Europe/Amsterdam    EUR BTW       0.21    1012_LG
eu_south square     paris         Paris         FR Europe/Paris        EUR TVA       0.20    75004
eu_south square     barcelona     Barcelona     ES Europe/Madrid       EUR IVA       0.21    08002
eu_south lightspeed milan         Milan         IT Europe/Rome         EUR IVA       0.22    20121
eu_south lightspeed lyon          Lyon          FR Europe/Paris        EUR TVA       0.20    69002
eu_south shopify    madrid        Madrid        ES Europe/Madrid       EUR IVA       0.21    28013
eu_south clover     vienna        Vienna        AT Europe/Vienna       EUR USt       0.20    1010
`

export const storeRows: readonly StoreRow[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [district, vendor, slug, city, country, timeZone, currency, taxName, taxRate, zip] = line
      .split(/\s+/)
      .map((cell) => (cell.includes('/') ? cell : cell.replaceAll('_', ' ')))
    return {
      districtId: `dis_${district?.replace(' ', '_')}`,
      vendor: vendor as Vendor,
      slug: slug?.replaceAll(' ', '_') ?? '',
      city: city ?? '',
      country: country ?? '',
      timeZone: timeZone ?? '',
      currency: currency ?? '',
      taxName: taxName ?? '',
      taxRate: taxRate ?? '',
      zip: zip ?? '',
    }
  })
