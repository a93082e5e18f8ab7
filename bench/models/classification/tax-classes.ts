/**
 * What a category is for sales tax in most states of the US: a table made by hand from the names of the
 * catalogue's own categories, since no catalogue with tax classes could be had. No authority's word.
 */
import type { Product } from './data.ts'

const foodDepartments = new Set([
  'GROCERY',
  'PRODUCE',
  'MEAT',
  'MEAT-PCKGD',
  'SEAFOOD',
  'SEAFOOD-PCKGD',
  'PASTRY',
  'NUTRITION',
  'DELI',
  'FROZEN GROCERY',
])

/** The first that fits; tried on `DEPARTMENT: CATEGORY`. */
const table: readonly (readonly [taxClass: string, names: RegExp])[] = [
  ['candy', /: CANDY/],
  ['soft_drinks', /: (SOFT DRINKS|WATER - CARBONATED|ISOTONIC DRINKS|NEW AGE)/],
  [
    'prepared_food',
    /^(RESTAURANT|SALAD BAR): (?!PROD SUPPLIES)|: (PREPARED FOOD|SUSHI|SANDWICHES|SALAD BAR|PARTY TRAYS|SERVICE BEVERAGE)/,
  ],
  [
    'medicine',
    /: (COLD AND FLU|ANTACIDS|SINUS AND ALLERGY|LAXATIVES|ANALGESICS|EYE AND EAR|SMOKING CESS|PHARMACY)/,
  ],
  ['supplements', /: (VITAMINS|NATURAL VITAMINS|DIETARY AID|FITNESS&DIET)/],
  ['food', /: (BABY FOODS|INFANT FORMULA)/],
  [
    'other',
    /: (DOG FOODS|CAT |PET CARE|BIRD SEED|AIR CARE|LAUNDRY|HOUSEHOLD|FD WRAPS|BATH TISS|DISHWASH|PAPER |FACIAL TISS|BLEACH|NON EDIBLE|.*SUPPLIES|COUPON)/,
  ],
]

export function taxClassOf({ department, category, ageClass }: Product): string {
  if (ageClass !== 'none') return ageClass
  const name = `${department}: ${category}`
  const found = table.find(([, names]) => names.test(name))?.[0]
  return found ?? (foodDepartments.has(department) ? 'food' : 'other')
}
