import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Command } from 'commander'
import { Temporal } from 'temporal-polyfill'
import { exportEvidence } from '~/evidence/export.server'
import { sealEvidence } from '~/evidence/seal.server'
import { verifyEvidence } from '~/evidence/verify.server'
import { readOrganisation } from '~/platform/organisation.server'
import type { Runtime } from '~/platform/runtime.server'
import { Refusal, runCommand, withRuntime } from './output.server'

export function evidenceCommand(): Command {
  const evidence = new Command('evidence').description('the log of everything that was done')
  evidence
    .command('export')
    .description('print the sealed log, one JSON document a line, the signed trailer last')
    .option('--since <time>', 'begin at an instant or a day of the organisation (RFC 3339)')
    .action((options: { since?: string }) =>
      withRuntime(async (runtime) => {
        const since = options.since === undefined ? undefined : await instantOf(runtime, options.since)
        const sealed = await sealEvidence(runtime)
        if (!sealed.ok)
          throw new Refusal(
            'The log was altered; nothing is exported as if it were whole: privacybalie evidence verify',
          )
        for await (const line of exportEvidence(runtime, { since }))
          if (!process.stdout.write(`${JSON.stringify(line)}\n`)) await once(process.stdout, 'drain')
      }),
    )
  evidence
    .command('verify')
    .description('check the log, or an exported file of this installation (- for standard input)')
    .argument('[file]')
    .option('--expect-seal <hash>', 'a seal that was noted elsewhere must be there')
    .option('--json', 'print one JSON document')
    .action((file: string | undefined, options: { expectSeal?: string; json?: boolean }) => {
      const { expectSeal } = options
      return runCommand(
        options,
        async (runtime) => {
          if (expectSeal !== undefined && !/^[0-9a-f]{64}$/i.test(expectSeal))
            throw new Refusal('--expect-seal takes the 64 hexadecimal digits of a seal.', 2)
          // What was appended in the last minute is sealed first, so that the answer is about all of it.
          if (file === undefined) await sealEvidence(runtime)
          const verdict = await verifyEvidence(
            runtime.keys,
            file === undefined ? exportEvidence(runtime) : linesOf(file),
            { expectSeal },
          )
          if (!verdict.ok || !verdict.complete) process.exitCode = 1
          return verdict
        },
        ({ ok, entries, seals, firstBad, complete }) =>
          [
            `${String(entries)} entries and ${String(seals)} seals checked.`,
            ok ? 'Nothing was altered.' : `ALTERED: entry ${String(firstBad)} is the first that does not fit.`,
            complete
              ? 'The log is complete.'
              : ok
                ? 'INCOMPLETE: the end, or the expected seal, is not there.'
                : 'Whether the rest is complete can not be said.',
          ].join('\n'),
      )
    })
  return evidence
}

async function instantOf(runtime: Runtime, text: string): Promise<Temporal.Instant> {
  try {
    return Temporal.Instant.from(text)
  } catch {
    const organisation = await readOrganisation(runtime.db)
    try {
      return Temporal.PlainDate.from(text).toZonedDateTime(organisation['organisation.zone']).toInstant()
    } catch {
      throw new Refusal('--since takes an instant such as 2026-03-01T00:00:00Z or a day such as 2026-03-01.', 2)
    }
  }
}

async function* linesOf(file: string): AsyncGenerator<unknown> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  if (file !== '-')
    await once(input, 'open').catch(() => {
      throw new Refusal(`Can't read ${file}`, 2)
    })
  for await (const line of createInterface({ input, crlfDelay: Infinity })) if (line.trim() !== '') yield parsed(line)
}

/** A line that is no JSON is handed on as nothing: the check counts it as bad. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
