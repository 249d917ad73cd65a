import { Command, Option } from 'commander'
import { grantsFor } from '~/erasure/grants.server'
import type { GrantsRefusal } from '~/erasure/grants.server'
import { inTransaction } from '~/platform/runtime.server'
import { handlingSchema } from '~/systems/handling'
import {
  addSystem,
  engines,
  findSystem,
  listSystems,
  newSystemSchema,
  removeSystem,
  testSystem,
} from '~/systems/registry.server'
import type { SystemEngine, SystemRefusal } from '~/systems/registry.server'
import { Refusal, readInput, runCommand, table } from './output.server'

const refusals: Record<SystemRefusal, string> = {
  key_taken: 'There is a system with this key already.',
  url_missing: 'This engine needs --url.',
  url_wrong: 'The URL does not fit the engine (postgres://…, mysql://…, https://…).',
  url_unexpected: 'A system that goes by hand or is only listed has no URL.',
}

const grantRefusals: Record<GrantsRefusal, string> = {
  unknown_system: 'There is no such system.',
  not_a_database: 'The system is no database.',
  map_unreadable: 'The stored data map no longer fits this version: apply it anew.',
  map_does_not_fit:
    'The database changed and no longer fits its data map: privacybalie map apply KEY FILE --check says where.',
}

type AddOptions = Partial<Record<'url' | 'scanUrl' | 'name' | 'where' | 'what' | 'proof' | 'keptDays', string>> & {
  engine: SystemEngine
  json?: boolean
}

const isDatabase = (engine: SystemEngine) => engine === 'postgres' || engine === 'mysql'

export function systemCommand(): Command {
  const command = new Command('system').description('connected systems')
  command
    .command('add <key>')
    .description('connect a system')
    .addOption(new Option('--engine <engine>', 'kind of system').choices([...engines]).makeOptionMandatory())
    .option('--url <url>', 'where it is, with user and password; - reads it from standard input')
    .option('--scan-url <url>', 'the same with a read-only role for draft, verification and residue')
    .option('--name <name>', 'by hand: what colleagues call it')
    .option('--where <text>', 'by hand: where it is')
    .option('--what <text>', 'by hand: what has to be done there')
    .option('--proof <text>', 'by hand: what counts as proof')
    .option('--kept-days <days>', 'so many days a backup lives on')
    .option('--json', 'print one JSON document')
    .action(async (key: string, options: AddOptions) => {
      await runCommand(
        options,
        async (runtime) => {
          const url = options.url === '-' ? readInput('-').trim() : options.url
          const parsed = newSystemSchema.safeParse({ key, engine: options.engine, url, scanUrl: options.scanUrl })
          if (!parsed.success) throw new Refusal(parsed.error.issues.map((issue) => issue.message).join('; '), 2)
          const { name, where, what, proof, keptDays = null } = options
          const handling = handlingSchema.safeParse({ name, where, what, proof, keptDays })
          if (!handling.success) throw new Refusal(handling.error.issues.map((issue) => issue.message).join('; '), 2)
          const added = await inTransaction(runtime, (tx) =>
            addSystem(tx, runtime, {
              ...parsed.data,
              details: isDatabase(options.engine) ? {} : { handling: handling.data },
              actor: { kind: 'system' },
            }),
          )
          if (!added.ok) throw new Refusal(refusals[added.reason], added.reason === 'key_taken' ? 1 : 2)
          return { key, engine: options.engine, ...(added.secret ? { secret: added.secret } : {}) }
        },
        ({ secret }) =>
          secret
            ? `Connected ${key}. Calls are signed with this secret, shown this once: ${secret}`
            : !isDatabase(options.engine)
              ? `Added ${key}. What has to be done there stands on its page at the desk.`
              : `Connected ${key}. Next: privacybalie map draft ${key} > ${key}.yaml`,
      )
    })
  command
    .command('list')
    .description('all systems')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => ({
          systems: (await listSystems(runtime.db)).map(({ key, engine, mapVersion, hasScanRole, createdAt }) => ({
            key,
            engine,
            mapVersion,
            hasScanRole,
            createdAt: createdAt.toString(),
          })),
        }),
        ({ systems }) =>
          table([
            ['key', 'engine', 'map version', 'scan role'],
            ...systems.map((s) => [s.key, s.engine, s.mapVersion ?? '-', s.hasScanRole ? 'yes' : 'no']),
          ]),
      ),
    )
  command
    .command('test <key>')
    .description('does the system answer?')
    .option('--json', 'print one JSON document')
    .action((key: string, options: { json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => {
          const row = await findSystem(runtime.db, key)
          if (!row) throw new Refusal(`There is no system ${key}.`)
          const result = await testSystem(runtime, row)
          if (!result.ok) throw new Refusal(`${key} does not answer: ${result.reason}`)
          return { key, ...result }
        },
        (answer) => `${key} answers: version ${answer.version}, ${answer.tables} tables`,
      ),
    )
  command
    .command('grants <key>')
    .description('print the SQL by which a DBA makes the two roles: run (erases by the data map) and scan (reads only)')
    .option('--run-role <name>', 'name of the role that erases', 'privacybalie_run')
    .option('--scan-role <name>', 'name of the role that reads', 'privacybalie_scan')
    .option('--json', 'print one JSON document')
    .action((key: string, options: { runRole: string; scanRole: string; json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => {
          const { runRole, scanRole } = options
          if (![runRole, scanRole].every((name) => /^\w{1,32}$/.test(name)))
            throw new Refusal('A role has at most 32 letters, digits and _.', 2)
          const grants = await grantsFor(runtime, runtime.db, { key, runRole, scanRole })
          if (!grants.ok) throw new Refusal(grantRefusals[grants.reason])
          if (grants.mapVersion === null)
            process.stderr.write(`${key} has no data map yet: the role run gets its tables once there is one.\n`)
          return { run: grants.run, scan: grants.scan }
        },
        ({ run, scan }) => `-- The role run: finds and erases\n${run}\n-- The role scan: reads\n${scan}`,
      ),
    )
  command
    .command('remove <key>')
    .description('disconnect a system; its credentials are thrown away')
    .option('--json', 'print one JSON document')
    .action((key: string, options: { json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => {
          const removed = await inTransaction(runtime, (tx) => removeSystem(tx, runtime, key, { kind: 'system' }))
          if (!removed) throw new Refusal(`There is no system ${key}.`)
          return { key, removed }
        },
        () => `Disconnected ${key}.`,
      ),
    )
  return command
}
