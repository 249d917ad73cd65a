import { Temporal } from 'temporal-polyfill'
import { findCalendar } from '~/deadlines/calendar'
import { computeDeadline } from '~/deadlines/due'
import type { Bench } from './bench'
import { median, timed } from './in-turns'

const rounds = 7

/** Due dates per second on one core, explanation off. There is no peer that knows this law: the baseline is the goal itself. */
export default {
  about: 'due dates a second on one core, explanation off; against 50,000',
  goal: { atLeast: 1 },
  async run({ size = 100_000 }) {
    const found = await findCalendar('NL')
    if (!found.ok) throw new Error('No calendar')
    const { calendar } = found
    const first = Temporal.PlainDate.from('2018-05-25')
    const days = Array.from({ length: 3650 }, (_, day) => first.add({ days: day }))
    const compute = async () => {
      for (let i = 0; i < size; i++) {
        const receivedOn = days[(i * 37) % days.length] ?? first
        computeDeadline({ receivedOn, pausedDays: i % 7 === 0 ? i % 30 : 0, calendar, explain: false })
      }
    }
    await compute()
    const times: number[] = []
    for (let round = 0; round < rounds; round++) times.push(await timed(compute))
    return [{ name: 'deadline', ours: (1000 * size) / median(times), baseline: 50_000, unit: '1/s', n: size * rounds }]
  },
} satisfies Bench
