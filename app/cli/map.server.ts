import { Command } from 'commander'
import { inTransaction } from '~/platform/runtime.server'
import type { MapProblem } from '~/systems/data-map'
import { checkMapOf, storeMap } from '~/systems/apply-map.server'
import { draftMap } from '~/systems/draft/draft-map'
import { mapJsonSchema } from '~/systems/parse-map'
import { adaptersOf, findSystem } from '~/systems/registry.server'
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
    .option('--json', 'print one JSON document')
    .action((key: string, file: string, options: { check?: boolean; json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => {
          const yaml = readInput(file)
          const checked = await checkMapOf(runtime, runtime.db, key, yaml)
          if (!checked.ok && checked.reason === 'problems') {
            const answer = { ok: false, system: key, problems: checked.problems, warnings: checked.warnings }
            if (options.json) process.stdout.write(`${JSON.stringify(answer)}\n`)
            throw new Refusal(`The map was not applied:\n${checked.problems.map(lineOf).join('\n')}`)
          }
          if (!checked.ok)
            throw new Refusal(
              checked.reason === 'unknown_system' ? `There is no system ${key}.` : `${key} is no database.`,
            )
          for (const warning of checked.warnings) process.stderr.write(`warning: ${lineOf(warning)}\n`)
          const tables = Object.keys(checked.map.tables).length
          if (options.check)
            return { ok: true, system: key, version: null, tables, problems: [], warnings: checked.warnings }
          const stored = await inTransaction(runtime, (tx) =>
            storeMap(tx, runtime, { key, yaml, catalogue: checked.catalogue, actor: { kind: 'system' } }),
          )
          if (!stored.ok) throw new Refusal(`There is no system ${key}.`)
          return { ok: true, system: key, version: stored.version, tables, problems: [], warnings: checked.warnings }
        },
        (answer) =>
          answer.version === null
            ? `The map fits ${key} (${answer.tables} tables). Nothing was stored.`
            : `Applied version ${answer.version} of the map of ${key} (${answer.tables} tables).`,
      ),
    )
  return command
}
