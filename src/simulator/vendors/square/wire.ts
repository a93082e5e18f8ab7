/** Square's dialect: money, times, ids and errors. Shapes: OpenAPI 2025-08-20, Node SDK 46. */
import { createHash } from 'node:crypto'

export interface SquareMoney {
  amount: number
  currency: string
}

export type Json = Record<string, unknown>

export const money = (amount: number, currency: string): SquareMoney => ({ amount, currency })

export const time = (epochMs: number): string => new Date(epochMs).toISOString()

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** The same names always give the same id: opaque letters and digits, as Square's are. */
export function idFrom(...names: string[]): string {
  const bytes = createHash('sha256').update(names.join('\u0000')).digest()
  let id = ''
  for (let index = 0; index < 22; index += 1) id += alphabet[(bytes[index] ?? 0) % alphabet.length]
  return id
}

/** Orders and payments end alike at Square. */
export const orderIdFrom = (...names: string[]): string => `${idFrom(...names)}eZY`

export function uuidFrom(...names: string[]): string {
  const hex = createHash('sha256').update(names.join('\u0000')).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

/** Thrown by routes; sent as Square's error body. */
export class SquareError extends Error {
  readonly status: number
  readonly body: { errors: Json[] }

  constructor(status: number, category: string, code: string, detail: string, field?: string) {
    super(detail)
    this.status = status
    this.body = { errors: [{ category, code, detail, ...(field !== undefined && { field }) }] }
  }
}

export const badRequest = (code: string, detail: string, field?: string): SquareError =>
  new SquareError(400, 'INVALID_REQUEST_ERROR', code, detail, field)

export const notFound = (detail: string): SquareError =>
  new SquareError(404, 'INVALID_REQUEST_ERROR', 'NOT_FOUND', detail)
