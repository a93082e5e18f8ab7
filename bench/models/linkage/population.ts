/**
 * Many people, for speed: names and addresses as often as in Febrl2, drawn anew, birthdays and numbers
 * by chance, and slips as people make them. Nobody in it is real.
 */
import { createRandom, type Random } from '../../../src/models/math/random.ts'
import type { RecordFile } from './files.ts'

/** Of Febrl2's fields, those that are drawn from one row together. */
const together = [[0], [1], [2], [3], [4], [5, 6, 7]]
const born = 8
const number = 9

/** @param pattern records in the fields of `febrl`, whose values are drawn from */
export function drawPopulation(
  pattern: RecordFile['values'],
  recordsCount: number,
  seed: number,
): Pick<RecordFile, 'values' | 'truth'> {
  const random = createRandom(seed)
  const values: string[][] = []
  const truth: string[] = []
  while (values.length < recordsCount) {
    const person = drawPerson(pattern, random)
    const copies = random.next() < 0.6 ? 1 : 2 + random.below(3)
    const name = `person ${values.length}`
    for (let copy = 0; copy < copies && values.length < recordsCount; copy += 1) {
      values.push(copy === 0 ? person : slipped(person, random))
      truth.push(name)
    }
  }
  const order = random.shuffle([...values.keys()])
  return { values: order.map((at) => values[at]!), truth: order.map((at) => truth[at]!) }
}

function drawPerson(pattern: RecordFile['values'], random: Random): string[] {
  const person = pattern[0]!.map(() => '')
  for (const fields of together) {
    const row = pattern[random.below(pattern.length)]!
    for (const field of fields) person[field] = row[field]!
  }
  const two = (value: number) => String(value).padStart(2, '0')
  person[born] =
    `${1920 + random.below(90)}${two(1 + random.below(12))}${two(1 + random.below(28))}`
  person[number] = String(1_000_000 + random.below(9_000_000))
  return person
}

/** One to four fields with a letter lost, doubled, swapped or mistaken, or the field left out. */
function slipped(person: readonly string[], random: Random): string[] {
  const values = [...person]
  for (let slip = 0; slip <= random.below(4); slip += 1) {
    const field = random.below(values.length)
    values[field] = random.next() < 0.15 ? '' : slip1(values[field]!, random)
  }
  return values
}

function slip1(value: string, random: Random): string {
  if (value.length < 2) return value
  const at = random.below(value.length - 1)
  const [before, one, other, after] = [
    value.slice(0, at),
    value[at]!,
    value[at + 1]!,
    value.slice(at + 2),
  ]
  const alphabet = /\d/.test(one) ? '0123456789' : 'abcdefghijklmnopqrstuvwxyz'
  const wrong = alphabet[random.below(alphabet.length)]!
  const kinds = [other + one, one + one + other, other, wrong + other]
  return before + kinds[random.below(kinds.length)]! + after
}
