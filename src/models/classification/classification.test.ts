/** Classes from text: learnt from parts of words, sure only where it may be, rules first. */
import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { Fault } from '../../base/fault.ts'
import { close } from '../math/close.ts'
import { createRandom } from '../math/random.ts'
import { classify, explainClass, fitClasses } from './model.ts'
import { ageRules, applyRules } from './rules.ts'
import { fitSharpness, soften } from './softness.ts'
import { type Item, termsOf } from './terms.ts'

const words = {
  dairy: ['milk', 'yogurt', 'cheese', 'butter', 'cream'],
  produce: ['apple', 'banana', 'tomato', 'lettuce', 'carrot'],
  bakery: ['bread', 'roll', 'bagel', 'muffin', 'baguette'],
}
const sizes = ['large', 'small', 'family', 'organic', 'value']

/** Texts of two words; some are filed wrongly, as in any catalogue. */
function catalogue(count: number, seed: number, wrongRatio = 0.1) {
  const random = createRandom(seed)
  const names = Object.keys(words) as (keyof typeof words)[]
  const items: Item[] = []
  const classes: string[] = []
  for (let at = 0; at < count; at += 1) {
    const own = names[random.below(3)]!
    const text = `${sizes[random.below(5)]} ${words[own][random.below(5)]} ${random.below(40)}`
    items.push({ text, fields: { brand: random.next() < 0.5 ? 'Private' : 'National' } })
    classes.push(random.next() < wrongRatio ? names[random.below(3)]! : own)
  }
  return { items, classes }
}

const { items, classes } = catalogue(600, 1)
const artifact = fitClasses(items, classes)

test('texts never seen are known by parts of their words', () => {
  const found = classify(artifact, [
    { text: 'GOAT CHEESES' },
    { text: 'buttermilk' },
    { text: 'breadroll' },
    { text: 'Tomatoes' },
  ])
  deepEqual(
    found.map(({ best }) => best),
    ['dairy', 'dairy', 'bakery', 'produce'],
  )
})

test('as sure as it is right', () => {
  const fresh = catalogue(600, 2)
  const found = classify(artifact, fresh.items)
  const right = found.filter(({ best }, at) => best === fresh.classes[at]).length / 600
  const sure = found.reduce((sum, { confidence }) => sum + confidence, 0) / 600
  ok(right > 0.88 && Math.abs(right - sure) < 0.06, `${right} ${sure}`)
})

test('what it knows nothing of gets no answer; chances add up to one', () => {
  for (const { class: said, chances } of classify(artifact, [{ text: 'zzz' }, { text: '' }])) {
    equal(said, undefined)
    close(
      chances.reduce((sum, chance) => sum + chance, 0),
      1,
    )
  }
})

test('any text has chances that are numbers', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (text) => {
      const [found] = classify(artifact, [{ text }])
      ok(found!.chances.every((chance) => chance >= 0 && chance <= 1))
      ok(found!.confidence > 0 && found!.confidence <= 1)
    }),
    { numRuns: 60 },
  )
})

test('order, case and punctuation of the training list change no class', () => {
  const turned = fitClasses(
    items.map((item) => ({ ...item, text: item.text.toUpperCase().replace(' ', ' - ') })),
    classes,
  )
  deepEqual(
    classify(turned, items.slice(0, 100)).map(({ best }) => best),
    classify(artifact, items.slice(0, 100)).map(({ best }) => best),
  )
})

test('a rule goes before the model', () => {
  const rules = [{ class: 'dairy', any: ['apple'], unless: ['apple pie'] }]
  const ruled = fitClasses(items, classes, { rules })
  const [found, spared] = classify(ruled, [{ text: 'Apple milk' }, { text: 'apple pie' }])
  deepEqual([found!.class, found!.by, found!.confidence], ['dairy', 'rule', 1])
  equal(spared!.by, 'model')
  deepEqual(explainClass(ruled, { text: 'Apple milk' }), {
    base: 0,
    factors: [{ factor: 'rule:apple', weight: 1, says: 'The rule for dairy found “apple”.' }],
  })
})

test('what it explains adds up to the distance from the line', () => {
  const item = { text: 'large cheese 7', fields: { brand: 'Private' } }
  const { base, factors } = explainClass(artifact, item)
  const [found] = classify(artifact, [item])
  const others = artifact.classes.filter((name) => name !== found!.best)
  const score = factors.reduce((sum, { weight }) => sum + weight, base)
  ok(score > 0 && others.length === 2)
  ok(factors[0]!.factor.includes('chee') || factors[0]!.factor.includes('cheese'))
  for (const { says } of factors) ok(/^[A-Z].*\.$/.test(says), says)
})

const refusals = [
  {
    why: 'one class is no choice',
    act: () =>
      fitClasses(
        items,
        classes.map(() => 'x'),
      ),
    field: 'classes',
  },
  { why: 'a class each', act: () => fitClasses(items, classes.slice(1)), field: 'classes' },
  { why: 'a cost above 0', act: () => fitClasses(items, classes, { cost: 0 }), field: 'cost' },
]
for (const { why, act, field } of refusals)
  test(why, () => throws(act, (error) => error instanceof Fault && error.detail.field === field))

const ages = [
  ['BEERALEMALT LIQUORS', 'alcohol'],
  ['TRADITIONAL VODKA', 'alcohol'],
  ['HARD CIDER 6PK', 'alcohol'],
  ['GIN 750ML', 'alcohol'],
  ['CIGARETTES CARTON', 'tobacco'],
  ['ELECTRONIC CIGARETTE REFILL', 'tobacco'],
  ['ROOT BEER 2L', undefined],
  ['GINGER ALE', undefined],
  ['VINEGAR WINE/RICE', undefined],
  ['GINGER SNAPS', undefined],
  ['SHRIMP COCKTAIL RING', undefined],
  ['ALE', 'alcohol'],
  ['VALENTINE CARDS', undefined],
] as const
for (const [text, wants] of ages)
  test(`${text} is ${wants ?? 'for all ages'}`, () =>
    equal(applyRules(ageRules, text)?.class, wants))

test('terms: words, pairs, pieces and fields, each once', () => {
  deepEqual(termsOf({ text: 'Ab ab', fields: { brand: 'X', size: '' } }), [
    'w:ab',
    'p: ab',
    'p:ab ',
    'p: ab ',
    'b:ab ab',
    'h:ab',
    't:ab',
    'f:brand=x',
  ])
})

test('sharpness: found again from chances that it made', () => {
  const random = createRandom(3)
  const rows = 4000
  const scores = Float64Array.from({ length: rows * 3 }, () => random.normal())
  const chances = scores.slice()
  soften(chances, 3, 2.5)
  const labels = Int32Array.from({ length: rows }, (_, row) => {
    let left = random.next()
    let own = 0
    for (; own < 2 && left >= chances[row * 3 + own]!; own += 1) left -= chances[row * 3 + own]!
    return own
  })
  const found = fitSharpness(scores, labels, new Float64Array(rows).fill(1), 3)
  ok(Math.abs(found - 2.5) < 0.2, String(found))
})
