import { Command } from 'commander'
import { rehearseMap } from '~/erasure/rehearse-map.server'
import type { MapRehearsal, RehearsalFailure } from '~/erasure/rehearse-map.server'
import { readOrganisation } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import type { Runtime } from '~/platform/runtime.server'
import type { MapProblem } from '~/systems/data-map'
import { checkMapOf, storeMap } from '~/systems/apply-map.server'
import { diffMaps } from '~/systems/diff-maps'
import { draftMap } from '~/systems/draft/draft-map'
import { mapJsonSchema } from '~/systems/parse-map'
import { mapText } from '~/systems/map-versions.server'
import { adaptersOf, findSystem } from '~/systems/registry.server'
import type { OpenSystem } from '~/systems/registry.server'
import { Refusal, readInput, runCommand } from './output.server'

const place = (problem: MapProblem) => (problem.line === null ? '' : `${problem.line}:${problem.column ?? 1} `)
const lineOf = (problem: MapProblem) => `${place(problem)}${problem.path}: ${problem.message} ${problem.mend}`

export function mapCommand(): Command {
  const command = new Command('map').description('data maps')
  command
    .command('draft <key>')
    .description('write a data map from the catalogue of a connected database')
    .action((key: string) =>
      runCommand(
        {},
        async (runtime) => {
          const row = await findSystem(runtime.db, key)
          if (!row) throw new Refusal(`There is no system ${key}.`)
          const adapters = adaptersOf(runtime, row)
          if (!adapters) throw new Refusal(`${key} is no database.`)
          const adapter = adapters.scan ?? adapters.run
          return draftMap(adapter, await adapter.readCatalogue(), key)
        },
        (yaml) => yaml,
      ),
    )
  command
    .command('schema')
    .description('JSON Schema of the data map, for editors')
    .action(() => {
      process.stdout.write(`${JSON.stringify(mapJsonSchema(), null, 2)}\n`)
    })
  command
    .command('apply <key> <file>')
    .description('check a data map against the database and store it as the next version')
    .option('--check', 'check only, store nothing')
    .option('--rehearse <n>', 'plan and try out the erasure of so many persons, all of it rolled back', wholeNumber)
    .option('--json', 'print one JSON document')
    .action((key: string, file: string, options: ApplyOptions) =>
      runCommand(options, (runtime) => applyMap(runtime, key, readInput(file), options), applied),
    )
  command
    .command('diff <key> <from> <to>')
    .description('what changed between two versions of a data map')
    .option('--json', 'print one JSON document')
    .action((key: string, from: string, to: string, options: { json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => {
          const row = await findSystem(runtime.db, key)
          if (!row) throw new Refusal(`There is no system ${key}.`)
          const [before, after] = [wholeNumber(from), wholeNumber(to)]
          const texts = [await mapText(runtime.db, row.id, before), await mapText(runtime.db, row.id, after)]
          const [old, present] = texts
          if (old === undefined || present === undefined)
            throw new Refusal(`The map of ${key} has no version ${old === undefined ? before : after}.`)
          return { system: key, from: before, to: after, changes: diffMaps(old, present) }
        },
        ({ changes }) =>
          changes.length === 0
            ? 'Nothing changed.'
            : changes.map((c) => `${c.path}: ${c.before ?? '(not there)'} -> ${c.after ?? '(not there)'}`).join('\n'),
      ),
    )
  return command
}

type ApplyOptions = { check?: boolean; rehearse?: number; json?: boolean }

async function applyMap(runtime: Runtime, key: string, yaml: string, options: ApplyOptions) {
  const checked = await checkMapOf(runtime, runtime.db, key, yaml)
  if (!checked.ok && checked.reason === 'problems') {
    const answer = { ok: false, system: key, problems: checked.problems, warnings: checked.warnings }
    if (options.json) process.stdout.write(`${JSON.stringify(answer)}\n`)
    throw new Refusal(`The map was not applied:\n${checked.problems.map(lineOf).join('\n')}`)
  }
  if (!checked.ok)
    throw new Refusal(checked.reason === 'unknown_system' ? `There is no system ${key}.` : `${key} is no database.`)
  for (const warning of checked.warnings) process.stderr.write(`warning: ${lineOf(warning)}\n`)
  const tables = Object.keys(checked.map.tables).length
  const found = { system: key, tables, problems: [], warnings: checked.warnings }
  const tried = options.rehearse ? await rehearse(runtime, checked.system, options.rehearse) : {}
  if (tried.failures && tried.failures.length > 0) {
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, version: null, ...found, ...tried })}\n`)
    throw new Refusal(`The map was not applied; the rehearsal failed:\n${tried.failures.map(failureLine).join('\n')}`)
  }
  if (options.check) return { ok: true, version: null, ...found, ...tried }
  const stored = await inTransaction(runtime, (tx) =>
    storeMap(tx, runtime, { key, yaml, catalogue: checked.catalogue, actor: { kind: 'system' } }),
  )
  if (!stored.ok) throw new Refusal(`There is no system ${key}.`)
  return { ok: true, version: stored.version, ...found, ...tried }
}

async function rehearse(runtime: Runtime, system: OpenSystem, persons: number): Promise<Partial<MapRehearsal>> {
  const organisation = await readOrganisation(runtime.db)
  const zone = organisation['organisation.zone']
  return rehearseMap({
    system,
    persons,
    today: runtime.clock.now().toZonedDateTimeISO(zone).toPlainDate(),
    rules: { fiscalYearEnd: organisation['organisation.fiscalYearEnd'], zone },
  })
}

function applied(answer: Awaited<ReturnType<typeof applyMap>>): string {
  const tried = answer.rehearsed === undefined ? '' : ` Rehearsed for ${answer.rehearsed} persons without objection.`
  return answer.version === null
    ? `The map fits ${answer.system} (${answer.tables} tables). Nothing was stored.${tried}`
    : `Applied version ${answer.version} of the map of ${answer.system} (${answer.tables} tables).${tried}`
}

function failureLine({ table, column, constraint, kind, detail, persons }: RehearsalFailure): string {
  const where = [table, column, constraint].filter(Boolean).join(' ')
  return `${where || 'the database'}: ${kind}${detail ? ` (${detail})` : ''}, for ${persons} of the persons`
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Refusal(`${text} is no whole number above 0`, 2)
  return Number(text)
}
