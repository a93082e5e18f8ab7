/** Cash tracking sessions: one is open at a register from its opening to its closing. */
import type { AtTill } from '../../till.ts'
import { collection, idOf, type Shop } from './shop.ts'
import type { SessionRecord } from './wire.ts'

const floatMinorOf: Readonly<Record<number, number>> = { 0: 20_000, 2: 20_000, 3: 50_000 }

function openSession(shop: Shop, deviceId: string): SessionRecord | undefined {
  const { documents } = shop.deps
  const open = documents.get<{ sessionId: number }>(collection(shop, 'open_sessions'), deviceId)
  if (open === undefined) return undefined
  const sessions = collection(shop, 'sessions')
  return documents.get<SessionRecord>(sessions, String(open.value.sessionId))?.value
}

export function openRegister(shop: Shop, at: AtTill, exponent: number): void {
  const { documents } = shop.deps
  if (openSession(shop, at.registerExternalId) !== undefined) return
  const session: SessionRecord = {
    id: idOf(shop, 'session', at.registerExternalId, String(at.atMs)),
    deviceId: at.registerExternalId,
    locationId: at.storeExternalId,
    openedBy: at.employeeExternalId,
    openedMs: at.atMs,
    floatMinor: floatMinorOf[exponent] ?? 0,
    cashSalesMinor: 0,
    cashRefundsMinor: 0,
  }
  documents.transaction(() => {
    documents.put(collection(shop, 'sessions'), String(session.id), session, at.atMs)
    const open = { sessionId: session.id }
    documents.put(collection(shop, 'open_sessions'), at.registerExternalId, open, at.atMs)
  })
}

export function closeRegister(shop: Shop, at: AtTill): void {
  const { documents } = shop.deps
  const session = openSession(shop, at.registerExternalId)
  if (session === undefined) return
  session.closedBy = at.employeeExternalId
  session.closedMs = at.atMs
  documents.transaction(() => {
    documents.put(collection(shop, 'sessions'), String(session.id), session, session.openedMs)
    documents.put(collection(shop, 'closed_sessions'), String(session.id), session, at.atMs)
    documents.remove(collection(shop, 'open_sessions'), at.registerExternalId)
  })
}

/** Cash taken in, or given back when negative, at a register that is open. */
export function addCash(shop: Shop, at: AtTill, minor: number): void {
  const session = openSession(shop, at.registerExternalId)
  if (session === undefined) return
  if (minor >= 0) session.cashSalesMinor += minor
  else session.cashRefundsMinor -= minor
  const sessions = collection(shop, 'sessions')
  shop.deps.documents.put(sessions, String(session.id), session, session.openedMs)
}
