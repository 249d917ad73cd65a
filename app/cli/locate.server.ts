import { Command } from 'commander'
import type { Temporal } from 'temporal-polyfill'
import { previewErasure } from '~/erasure/preview.server'
import { readOrganisation } from '~/platform/organisation.server'
import { openSystem } from '~/systems/registry.server'
import { openRefusals } from './open-refusals'
import { Refusal, runCommand, table } from './output.server'

type Options = { email?: string[]; phone?: string[]; customerNumber?: string[]; id?: string[]; json?: boolean }

const several = (value: string, before: string[] | undefined) => [...(before ?? []), value]

export function locateCommand(): Command {
  return new Command('locate')
    .description('find the rows of one person; the identifiers given here count as proven')
    .argument('<key>')
    .option('--email <email>', 'e-mail address (repeatable)', several)
    .option('--phone <phone>', 'phone number (repeatable)', several)
    .option('--customer-number <number>', 'customer number (repeatable)', several)
    .option('--id <name=value>', 'another identifier that the map names (repeatable)', several)
    .option('--json', 'print one JSON document')
    .action((key: string, options: Options) =>
      runCommand(
        options,
        async (runtime) => {
          const named: Record<string, string[]> = {}
          for (const pair of options.id ?? []) {
            const at = pair.indexOf('=')
            if (at < 1) throw new Refusal('--id is written NAME=VALUE', 2)
            ;(named[pair.slice(0, at)] ??= []).push(pair.slice(at + 1))
          }
          const identifiers = {
            ...(options.email ? { email: options.email } : {}),
            ...(options.phone ? { phone: options.phone } : {}),
            ...(options.customerNumber ? { customer_number: options.customerNumber } : {}),
            ...(options.id ? { named } : {}),
          }
          if (Object.keys(identifiers).length === 0)
            throw new Refusal('Give at least one of --email, --phone, --customer-number, --id', 2)
          const opened = await openSystem(runtime, runtime.db, key)
          if (!opened.ok) throw new Refusal(openRefusals[opened.reason])
          const organisation = await readOrganisation(runtime.db)
          return previewErasure({
            system: opened.system,
            identifiers,
            today: today(runtime.clock.now(), organisation['organisation.zone']),
            zone: organisation['organisation.zone'],
            fiscalYearEnd: organisation['organisation.fiscalYearEnd'],
          })
        },
        (answer) =>
          [
            answer.ambiguous ? 'Ambiguous: several persons share these identifiers.' : '',
            table([
              ['table', 'action', 'reason', 'until', 'rows'],
              ...answer.tables.map((t) => [t.table, t.action, t.reason, t.until, t.rows]),
            ]),
          ]
            .filter(Boolean)
            .join('\n'),
      ),
    )
}

function today(now: Temporal.Instant, zone: string): Temporal.PlainDate {
  return now.toZonedDateTimeISO(zone).toPlainDate()
}
