/**
 * The GraphQL documents the connector sends. The test validates each against Shopify's own schema.
 * Page sizes keep each below 1,000 points, the most a single query may cost.
 */

const money = 'shopMoney { amount currencyCode }'
const page = 'pageInfo { hasNextPage endCursor }'

const lineFields = `
  id sku name quantity isGiftCard variant { id }
  originalUnitPriceSet { ${money} }
  discountAllocations { allocatedAmountSet { ${money} } }
  taxLines { priceSet { ${money} } }
  customAttributes { key value }`

const customerIdentity = `
  id defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber }`

const orderFields = `
  id name sourceName sourceIdentifier test updatedAt processedAt cancelledAt cancelReason
  displayFinancialStatus taxesIncluded currencyCode
  retailLocation { id }
  staffMember @include(if: $withStaff) { id }
  customer { ${customerIdentity} }
  totalPriceSet { ${money} }
  totalTaxSet { ${money} }
  totalTipReceivedSet { ${money} }
  totalCashRoundingAdjustment { paymentSet { ${money} } }
  shippingLines(first: 3) {
    nodes { id title originalPriceSet { ${money} } discountedPriceSet { ${money} } taxLines { priceSet { ${money} } } }
  }
  transactions(first: 20) { id kind status gateway amountSet { ${money} } device { id } }`

/** A page shows so many refunds of an order; where there are as many, there may be more. */
export const refundsShown = 2

const refundFields = (lines: number): string => `
  id note createdAt processedAt
  staffMember @include(if: $withStaff) { id }
  refundLineItems(first: ${lines}) {
    nodes {
      quantity lineItem { id sku name variant { id } }
      subtotalSet { ${money} } totalTaxSet { ${money} }
    }
    ${page}
  }
  transactions(first: 3) {
    nodes { id kind status gateway amountSet { ${money} } device { id } location { id } parentTransaction { id } }
  }`

export const ordersPage = `query Orders($query: String!, $after: String, $withStaff: Boolean!) {
  orders(first: 4, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ${orderFields} lineItems(first: 10) { nodes { ${lineFields} } ${page} } }
    ${page}
  }
}`

export const orderById = `query Order($id: ID!, $after: String, $withStaff: Boolean!) {
  order(id: $id) { ${orderFields} lineItems(first: 60, after: $after) { nodes { ${lineFields} } ${page} } }
}`

export const refundsPage = `query Refunds($query: String!, $after: String, $withStaff: Boolean!) {
  orders(first: 7, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes {
      id updatedAt test currencyCode taxesIncluded retailLocation { id }
      refunds(first: ${refundsShown}) { ${refundFields(5)} }
    }
    ${page}
  }
}`

export const refundById = `query Refund($id: ID!, $withStaff: Boolean!) {
  refund(id: $id) {
    ${refundFields(60)}
    order { id updatedAt test currencyCode taxesIncluded retailLocation { id } }
  }
}`

export const refundsOfOrder = `query RefundsOfOrder($id: ID!) {
  order(id: $id) { refunds(first: 100) { id } }
}`

const productFields = (variants: number): string => `
  id title productType status updatedAt
  variants(first: ${variants}, after: $afterVariant) {
    nodes { id sku title barcode price inventoryItem { id unitCost { amount currencyCode } } }
    ${page}
  }`

export const productsPage = `query Products($query: String!, $after: String, $afterVariant: String) {
  products(first: 15, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes { ${productFields(15)} }
    ${page}
  }
}`

export const productById = `query Product($id: ID!, $afterVariant: String) {
  product(id: $id) { ${productFields(100)} }
}`

export const customersPage = `query Customers($query: String!, $after: String) {
  customers(first: 50, after: $after, query: $query, sortKey: UPDATED_AT) {
    nodes {
      id firstName lastName updatedAt
      defaultEmailAddress { emailAddress marketingState }
      defaultPhoneNumber { phoneNumber }
      defaultAddress { address1 address2 city zip countryCodeV2 }
    }
    ${page}
  }
}`

const levelFields = `updatedAt quantities(names: ["available", "on_hand"]) { name quantity }`

export const levelsPage = `query Levels($id: ID!, $query: String!, $after: String) {
  location(id: $id) {
    inventoryLevels(first: 100, after: $after, query: $query) {
      nodes { ${levelFields} item { id sku } }
      ${page}
    }
  }
}`

export const levelById = `query Level($id: ID!, $locationId: ID!) {
  inventoryItem(id: $id) { id sku inventoryLevel(locationId: $locationId) { ${levelFields} } }
}`

export const staffPage = `query Staff($after: String) {
  staffMembers(first: 100, after: $after) {
    nodes { id firstName lastName active isShopOwner }
    ${page}
  }
}`

const sessionFields = `
  id status openingTime closingTime currency totalsReady
  location { id } pointOfSaleDevice { id }
  openingStaffMember @include(if: $withStaff) { id }
  closingStaffMember @include(if: $withStaff) { id }
  cashCountedAtOpen { amount currencyCode }
  cashCountedAtClose { amount currencyCode }
  expectedCashAtClose { amount currencyCode }`

export const sessionsPage = `query Sessions(
  $query: String!, $after: String, $sortKey: PointOfSaleDevicePaymentSessionSortKeys!, $withStaff: Boolean!
) {
  pointOfSaleDevicePaymentSessions(first: 50, after: $after, query: $query, sortKey: $sortKey) {
    nodes { ${sessionFields} }
    ${page}
  }
}`

export const sessionById = `query Session($id: ID!, $withStaff: Boolean!) {
  pointOfSaleDevicePaymentSession(id: $id) { ${sessionFields} }
}`

export const flagNote = { namespace: 'tillway', key: 'review' } as const

export const flagOrder = `mutation FlagOrder($id: ID!, $tags: [String!]!, $metafields: [MetafieldsSetInput!]!) {
  tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } }
  metafieldsSet(metafields: $metafields) { metafields { id } userErrors { code field message } }
}`

export const readFlag = `query ReadFlag($id: ID!) {
  order(id: $id) { id tags metafield(namespace: "${flagNote.namespace}", key: "${flagNote.key}") { value } }
}`
