/**
 * Rules that people write, which go before what a model says: a class for texts that hold one of some
 * beginnings of words and none of others. The first rule that fits decides.
 */
import { z } from 'zod'
import { normal } from './terms.ts'

export const Rule = z.strictObject({
  class: z.string().min(1),
  /** Beginnings of words; a blank stands for the end of one: `gin ` is not ginger. */
  any: z.array(z.string().min(2)).min(1).max(200),
  unless: z.array(z.string().min(2)).max(200).default([]),
})
export type Rule = z.output<typeof Rule>

export interface RuleFound {
  readonly class: string
  /** What of the text it was. */
  readonly because: string
}

export function applyRules(rules: readonly Rule[], text: string): RuleFound | undefined {
  const bounded = ` ${normal(text)} `
  for (const rule of rules) {
    const because = rule.any.find((word) => bounded.includes(` ${word}`))
    if (because === undefined || rule.unless.some((word) => bounded.includes(` ${word}`))) continue
    return { class: rule.class, because: because.trim() }
  }
  return undefined
}

/**
 * A start for goods that need an age check in the United States, in the words of English catalogues.
 * Written to miss little: a cooking wine asked for an age is a smaller harm than a vodka that is not.
 */
export const ageRules: readonly Rule[] = z.array(Rule).parse([
  {
    class: 'tobacco',
    any: [
      'tobacco',
      'cigar',
      'cigs ',
      'cig ',
      'ecig',
      'e cig',
      'snuff',
      'snus ',
      'vape',
      'vapor pod',
      'nicotine pouch',
      'rolling paper',
      'hookah',
    ],
    unless: ['candy cig', 'bubble gum cig'],
  },
  {
    class: 'alcohol',
    any: [
      'beer',
      'ale ',
      'ales ',
      'lager',
      'stout ',
      'porter ',
      'malt liq',
      'malt bev',
      'hard cider',
      'hard seltzer',
      'wine ',
      'wines',
      'champagne',
      'prosecco',
      'sangria',
      'sake ',
      'vermouth',
      'sherry ',
      'port ',
      'liquor',
      'liqueur',
      'cordial',
      'spirits',
      'vodka',
      'whisk',
      'bourbon',
      'scotch ',
      'rum ',
      'rums ',
      'gin ',
      'tequila',
      'mezcal',
      'brandy',
      'cognac',
      'schnapps',
      'absinthe',
      'cocktail ',
      'cocktails',
      'cktl',
      'margarita',
      'add liq',
      'wine cooler',
    ],
    unless: [
      'vinegar',
      'root beer',
      'ginger beer',
      'ginger ale',
      'gngr ale',
      'wine glass',
      'wine rack',
      'shrimp cocktail',
      'cocktail sauce',
      'cocktail shrimp',
      'fruit cocktail',
      'cocktail fruit',
      'cocktail napkin',
      'vegetable juice cocktail',
      'juice cocktail',
      'cocktail juice',
      'cranberry cocktail',
      'cocktail peanut',
      'cocktail sausage',
      'cocktail frank',
      'cocktail onion',
      'scotch tape',
      'butterscotch',
      'beer batter',
      'beer brat',
      'rum cake',
      'bourbon chicken',
      'liquorice',
      'wine sauce',
      'ham ',
      'tomato cocktail',
      'tomatoes cocktail',
      'cooking wine',
      'jelly',
      'candy',
      'cake',
    ],
  },
])
