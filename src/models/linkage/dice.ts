/** How alike two Bloom encodings are, by Dice's ratio: twice what both set over what each sets. */
import { differs, levelFloors } from './fields.ts'

const words = 32
const half = words / 2

/** @param blooms `value * 32`, 1,024 bits each @returns level of two different values, 1 and up */
export function diceLevels(blooms: Uint32Array): (one: number, other: number) => number {
  const valuesCount = blooms.length / words
  const [sums, rests] = [new Uint16Array(valuesCount), new Uint16Array(valuesCount)]
  for (let value = 0; value < valuesCount; value += 1) {
    rests[value] = commonOnes(blooms, value * words + half, value * words + half)
    sums[value] = rests[value]! + commonOnes(blooms, value * words, value * words)
  }
  const least = levelFloors.at(-1)!
  return (one, other) => {
    const sum = sums[one]! + sums[other]!
    const wanted = (least * sum) / 2
    // Most pairs are strangers, told from the sizes or from half of the bits.
    if (Math.min(sums[one]!, sums[other]!) < wanted) return differs
    let common = commonOnes(blooms, one * words, other * words)
    if (common + Math.min(rests[one]!, rests[other]!) < wanted) return differs
    common += commonOnes(blooms, one * words + half, other * words + half)
    return levelOf((2 * common) / sum)
  }
}

export function levelOf(ratio: number): number {
  for (let level = 0; level < levelFloors.length; level += 1)
    if (ratio >= levelFloors[level]!) return level + 1
  return differs
}

/** Bits set in both over 16 words; a byte's four sums stay below 256 until the end. */
function commonOnes(blooms: Uint32Array, left: number, right: number): number {
  let bytes = 0
  for (let word = 0; word < half; word += 1) {
    let bits = blooms[left + word]! & blooms[right + word]!
    bits -= (bits >>> 1) & 0x55555555
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
    bytes = (bytes + ((bits + (bits >>> 4)) & 0x0f0f0f0f)) | 0
  }
  // Of the four bytes at most 128 each, whose sum of 512 would not fit into one.
  return (bytes & 255) + ((bytes >>> 8) & 255) + ((bytes >>> 16) & 255) + (bytes >>> 24)
}
