/** Locations, staff and cash tracking sessions as GraphQL shows them. */
import { moneyOfMinor } from './money-views.ts'
import { apiTime, gid, idOf, type Shop } from './shop.ts'
import type { SessionRecord } from './wire.ts'

export function locationView(shop: Shop, locationId: string): object | null {
  const store = shop.stores.get(locationId)
  if (store === undefined) return null
  return {
    id: gid('Location', locationId),
    legacyResourceId: locationId,
    name: store.name,
    isActive: true,
  }
}

export function staffView(shop: Shop, staffId: string): object | null {
  for (const { employees } of shop.account.stores) {
    const employee = employees.find(({ externalId }) => externalId === staffId)
    if (employee !== undefined)
      return {
        id: gid('StaffMember', staffId),
        name: `${employee.firstName} ${employee.lastName}`,
        firstName: employee.firstName,
        lastName: employee.lastName,
        email: employee.email,
        phone: null,
        active: true,
        exists: true,
        isShopOwner: false,
        accountType: 'REGULAR',
        locale: 'en',
      }
  }
  return null
}

export function sessionView(shop: Shop, session: SessionRecord): object {
  const { currency } = shop.account
  const of = (minor: number) => moneyOfMinor(minor, currency)
  const expected = session.floatMinor + session.cashSalesMinor - session.cashRefundsMinor
  const isClosed = session.closedMs !== undefined
  const location = locationView(shop, session.locationId)
  return {
    id: gid('PointOfSaleDevicePaymentSession', session.id),
    status: isClosed ? 'CLOSED' : 'OPEN',
    openingTime: apiTime(session.openedMs),
    closingTime: session.closedMs === undefined ? null : apiTime(session.closedMs),
    currency,
    totalsReady: isClosed,
    location,
    cashDrawer: {
      id: gid('CashDrawer', idOf(shop, 'drawer', session.deviceId)),
      name: `Drawer of ${session.deviceId}`,
      location,
    },
    pointOfSaleDevice: {
      id: gid('PointOfSaleDevice', session.deviceId),
      activePaymentSession: null,
    },
    openingStaffMember: () => staffView(shop, session.openedBy),
    closingStaffMember: () => (session.closedBy ? staffView(shop, session.closedBy) : null),
    cashCountedAtOpen: of(session.floatMinor),
    expectedCashAtOpen: of(session.floatMinor),
    cashCountedAtClose: isClosed ? of(expected) : null,
    expectedCashAtClose: isClosed ? of(expected) : null,
    totalCashSales: of(session.cashSalesMinor),
    totalCashRefunds: of(session.cashRefundsMinor),
    totalDiscrepancy: of(0),
  }
}
