import { Command } from 'commander'
import { Temporal } from 'temporal-polyfill'
import { reapplyErasures } from '~/erasure/reapply.server'
import { openRefusals } from './open-refusals'
import { Refusal, runCommand, table } from './output.server'

type Options = { since: string; dryRun?: boolean; json?: boolean }

export function reapplyCommand(): Command {
  return new Command('reapply')
    .description('repeat the erasures since a moment, after a system was restored from a backup')
    .argument('<key>')
    .requiredOption('--since <timestamp>', 'moment of the backup, e.g. 2026-03-02T04:00:00Z')
    .option('--dry-run', 'only say what is back; change nothing')
    .option('--json', 'print one JSON document')
    .action((key: string, options: Options) =>
      runCommand(
        options,
        async (runtime) => {
          const answer = await reapplyErasures(runtime, {
            system: key,
            since: instantOf(options.since),
            dryRun: options.dryRun ?? false,
            actor: { kind: 'system' },
          })
          if (!answer.ok) throw new Refusal(openRefusals[answer.reason])
          const { done } = answer
          if (done.refused.length > 0 || done.runs.some((each) => each.state !== 'done')) process.exitCode = 1
          return done
        },
        (done) =>
          [
            done.dryRun ? 'Dry run: nothing was changed.' : '',
            table([
              ['table', 'action', 'back', 'changed since'],
              ...done.tables.map((each) => [each.table, each.action, each.back, each.changed]),
            ]),
            ...done.refused.map((each) => `${each.table}: ${String(each.rows)} rows are back and stay (${each.by}).`),
            done.returned
              ? `${String(done.returned)} more rows of erased people are shown on /desk/systems/${done.system}.`
              : '',
            ...done.runs.map((each) => `Run ${each.run} (repeats ${each.repeats}): ${each.state}`),
          ]
            .filter(Boolean)
            .join('\n'),
      ),
    )
}

function instantOf(text: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new Refusal('--since is an RFC 3339 instant, e.g. 2026-03-02T04:00:00Z', 2)
  }
}
