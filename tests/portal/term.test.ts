import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { translatorFor } from '~/locales/translate'
import { accentStyles, contrast } from '~/ui/accent'
import { termGeometry } from '~/ui/term-geometry'
import { termSentence } from '~/ui/term-sentence'

const term = { receivedOn: '2026-01-30', dueOn: '2026-03-02', strictDueOn: '2026-02-28', today: '2026-02-18' }

test('a term is told in one sentence', () => {
  expect(termSentence(term, translatorFor('nl'))).toBe('ontvangen vr 30 jan, nog 12 dagen, uiterlijk ma 2 mrt')
  expect(termSentence({ ...term, today: '2026-03-05' }, translatorFor('nl'))).toBe(
    'ontvangen vr 30 jan, 3 dagen te laat, uiterste datum was ma 2 mrt',
  )
  expect(termSentence({ ...term, closedOn: '2026-02-10' }, translatorFor('en'))).toBe(
    'received Fri 30 Jan, closed Tue 10 Feb',
  )
})

test('what was closed too late says so in words, not by colour alone', () => {
  expect(termSentence({ ...term, today: '2026-03-09', closedOn: '2026-03-05' }, translatorFor('nl'))).toBe(
    'ontvangen vr 30 jan, afgerond do 5 mrt, uiterste datum was ma 2 mrt',
  )
})

test('everything on a term bar lies within it, and the done part never passes the due date', () => {
  const start = Temporal.PlainDate.from('2026-01-01')
  const day = fc.integer({ min: 0, max: 400 }).map((days) => start.add({ days }).toString())
  fc.assert(
    fc.property(
      day,
      day,
      day,
      fc.option(day),
      fc.array(fc.tuple(day, fc.option(day))),
      (receivedOn, dueOn, today, closedOn, pauses) => {
        const drawn = termGeometry({
          receivedOn,
          dueOn,
          today,
          closedOn,
          pauses: pauses.map(([fromOn, untilOn]) => ({ fromOn, untilOn })),
        })
        const places = [
          drawn.now,
          drawn.due,
          drawn.done.to,
          ...drawn.weeks,
          ...drawn.pauses.flatMap(({ from, to }) => [from, to]),
        ]
        for (const place of places) expect(place >= 0 && place <= 100).toBe(true)
        expect(drawn.done.to).toBeLessThanOrEqual(drawn.due)
      },
    ),
  )
})

test('whatever accent an organisation sets, it reads on light and on dark', () => {
  const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`)
  fc.assert(
    fc.property(colour, (accent) => {
      const [light = '', ink = '', dark = ''] = accentStyles(accent).match(/#[0-9a-f]{6}/g) ?? []
      expect(contrast(light, '#fbfaf6')).toBeGreaterThanOrEqual(4.5)
      expect(contrast(light, ink)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(dark, '#15181b')).toBeGreaterThanOrEqual(4.5)
    }),
  )
})
