/** Files as they are, `.gz` unpacked on the way. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export function readBytes(path: string): Buffer {
  const bytes = readFileSync(path)
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

export function readText(path: string): string {
  return readBytes(path).toString('utf8')
}

/** The caller says what it holds; `dev` data is known data. */
export function readJson<Shape>(path: string): Shape {
  return JSON.parse(readText(path)) as Shape
}

/** One JSON value a line. */
export function readJsonLines<Shape>(path: string): Shape[] {
  return readText(path)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Shape)
}
