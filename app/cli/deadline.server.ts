import { Command } from 'commander'
import type { Temporal } from 'temporal-polyfill'
import { findCalendar } from '~/deadlines/calendar'
import type { WorkingCalendar } from '~/deadlines/calendar'
import { computeDeadline } from '~/deadlines/due'
import { dateWriter, sentence } from '~/deadlines/explain'
import { translatorFor } from '~/locales/translate'
import { answerRows, readText } from './deadline-csv.server'
import { parseDay, parsePausedDays } from './deadline-input.server'

interface Options {
  readonly received?: string
  readonly pausedDays?: string
  readonly csv?: string
  readonly calendar: string
  readonly json?: boolean
}

/**
 * `privacybalie deadline`: the due date of one request, or of each row of a CSV. Needs no settings and no database.
 * Sets the exit code: 0 done, 2 wrong usage with the reason on stderr.
 */
export function deadlineCommand(): Command {
  return (
    new Command('deadline')
      .description('Compute by which day a request must be answered, and how that day comes about.')
      .option('--received <date>', 'the day on which the request reached the organisation, e.g. 2026-01-31')
      .option('--paused-days <n>', 'calendar days on which the clock stood still')
      .option('--csv <file>', 'rows with received_on and paused_days; - reads standard input')
      .option('--calendar <key>', 'country, or part of one, whose public holidays count, e.g. NL or DE-BY', 'NL')
      .option('--json', 'print one JSON document')
      .allowExcessArguments(false)
      // Wrong usage ends with 2; commander would say 1.
      .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
      .action(async (options: Options) => {
        const answer = await answerTo(options)
        if (answer.ok) {
          process.stdout.write(answer.text)
          return
        }
        process.stderr.write(`${answer.message}\n`)
        process.exitCode = 2
      })
  )
}

type Answer = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string }

async function answerTo(options: Options): Promise<Answer> {
  const json = options.json === true
  const found = await findCalendar(options.calendar)
  if (!found.ok) return { ok: false, message: `--calendar: no calendar is called ${JSON.stringify(found.key)}` }
  if (options.csv === undefined) return answerOne(options, found.calendar, json)
  if (options.received !== undefined || options.pausedDays !== undefined) {
    return { ok: false, message: '--csv takes its dates and paused days from the rows: leave out the other options' }
  }
  const read = readText(options.csv)
  return read.ok ? answerRows(read.text, found.calendar, json) : read
}

function answerOne({ received, pausedDays = '0' }: Options, calendar: WorkingCalendar, json: boolean): Answer {
  if (received === undefined) return { ok: false, message: 'give --received DATE or --csv FILE' }
  const receivedOn = parseDay(received)
  if (!receivedOn) return { ok: false, message: `--received: not a date like 2026-01-31: ${JSON.stringify(received)}` }
  const paused = parsePausedDays(pausedDays)
  if (paused === undefined) {
    return { ok: false, message: `--paused-days: not a whole number of days: ${JSON.stringify(pausedDays)}` }
  }
  return { ok: true, text: json ? asJson(receivedOn, paused, calendar) : inWords(receivedOn, paused, calendar) }
}

function asJson(receivedOn: Temporal.PlainDate, pausedDays: number, calendar: WorkingCalendar): string {
  const deadline = computeDeadline({ receivedOn, pausedDays, calendar })
  const { dueOn, extendedDueOn, strictDueOn, extendedStrictDueOn, unpausedMonthOn, internalTargetOn } = deadline
  const { explanation, extendedExplanation } = deadline
  const dates = { dueOn, extendedDueOn, strictDueOn, extendedStrictDueOn, unpausedMonthOn, internalTargetOn }
  const facts = { receivedOn, pausedDays, calendar: calendar.key }
  return `${JSON.stringify({ ...dates, ...facts, explanation, extendedExplanation }, null, 2)}\n`
}

function inWords(receivedOn: Temporal.PlainDate, pausedDays: number, calendar: WorkingCalendar): string {
  const deadline = computeDeadline({ receivedOn, pausedDays, calendar })
  const how = sentence(deadline.explanation, translatorFor('en'), dateWriter('en-GB'))
  return `Due ${deadline.dueOn} (extended: at the latest ${deadline.extendedDueOn}): ${how}\n`
}
