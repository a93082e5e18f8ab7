/**
 * Catalogue text as terms: words, pieces of words, and fields as they are. Catalogues run words
 * together and cut them off (BEERALEMALT LIQUORS, COCKTAIL MIXES-FLUID:ADD LIQ), so pieces of three to
 * five letters carry what whole words cannot. What stands first or last says more than what is between.
 */

export interface Item {
  /** What the thing is called; upper or lower case does not matter. */
  readonly text: string
  /** More of the catalogue: `brand: Private`, `maker: 69`. */
  readonly fields?: Readonly<Record<string, string>>
}

const textMax = 400
const pieceSizes = [3, 4, 5] as const

/** Each term once, in order of appearance. */
export function termsOf({ text, fields }: Item): string[] {
  const terms = new Set<string>()
  const words = normal(text).split(' ').filter(Boolean)
  let before = ''
  for (const word of words) {
    terms.add(`w:${word}`)
    if (before !== '') terms.add(`b:${before} ${word}`)
    before = word
    const bounded = ` ${word} `
    for (const size of pieceSizes)
      for (let at = 0; at + size <= bounded.length; at += 1)
        terms.add(`p:${bounded.slice(at, at + size)}`)
  }
  if (words.length > 0) {
    terms.add(`h:${words[0]}`)
    terms.add(`t:${words.at(-1)}`)
  }
  for (const [name, value] of Object.entries(fields ?? {}))
    if (value !== '') terms.add(`f:${name}=${normal(value)}`)
  return [...terms]
}

/** Lower case, letters and digits of any script, one blank between words. */
export function normal(text: string): string {
  return text
    .slice(0, textMax)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}

/** What a term is, for a person. */
export function sayTerm(term: string): string {
  const rest = term.slice(2)
  switch (term[0]) {
    case 'w':
      return `the word “${rest}”`
    case 'b':
      return `the words “${rest}”`
    case 'h':
      return `the first word “${rest}”`
    case 't':
      return `the last word “${rest}”`
    case 'f':
      return `the field ${rest.replace('=', ' being “')}”`
    default:
      return `the letters “${rest.trim()}”`
  }
}
