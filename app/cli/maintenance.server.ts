import { Command } from 'commander'
import { scanRetention } from '~/retention/scan.server'
import { isDemoDatabase } from '~/platform/master-key.server'
import { settingsSchema } from '~/platform/settings.server'
import { listSystems, findSystem, testSystem } from '~/systems/registry.server'
import { Refusal, runCommand, table } from './output.server'

/** Commands that look after an installation. */
export function maintenanceCommands(): Command[] {
  const retention = new Command('retention').description('retention terms')
  retention
    .command('scan')
    .description('find the rows whose term is near or over')
    .option('--system <key>', 'one system only')
    .option('--json', 'print one JSON document')
    .action((options: { system?: string; json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => {
          if (options.system && !(await findSystem(runtime.db, options.system)))
            throw new Refusal(`There is no system ${options.system}.`)
          return scanRetention(runtime, options.system ? { system: options.system } : {})
        },
        ({ tables }) =>
          table([
            ['system', 'table', 'expired', 'expiring', 'owner'],
            ...tables.map((t) => [t.system, t.table, t.expired, t.expiring, t.owner]),
          ]),
      ),
    )
  const migrate = new Command('migrate')
    .description('bring the own database up to date')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) =>
      runCommand(
        options,
        () => Promise.resolve({ migrated: true }),
        () => 'The database is up to date.',
      ),
    )
  const doctor = new Command('doctor')
    .description('look over settings, database and connected systems')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => {
          const systems = []
          for (const listed of await listSystems(runtime.db)) {
            const row = await findSystem(runtime.db, listed.key)
            const database = listed.engine === 'postgres' || listed.engine === 'mysql'
            const test = row && database ? await testSystem(runtime, row) : null
            systems.push({
              key: listed.key,
              engine: listed.engine,
              mapVersion: listed.mapVersion,
              answers: test ? test.ok : null,
              scanRole: listed.hasScanRole,
            })
          }
          const settings = Object.entries(settingsSchema.shape).map(([name, schema]) => ({
            name,
            set: Boolean(process.env[name] ?? process.env[`${name}_FILE`]),
            description: schema.description ?? '',
          }))
          return { demo: await isDemoDatabase(runtime.db), systems, settings }
        },
        (answer) =>
          [
            answer.demo ? 'This is a demo: nothing here may hold data of real people.' : '',
            table([
              ['setting', 'set', ''],
              ...answer.settings.map((s) => [s.name, s.set ? 'yes' : 'no', s.description]),
            ]),
            '',
            table([
              ['system', 'engine', 'map', 'answers', 'scan role'],
              ...answer.systems.map((s) => [
                s.key,
                s.engine,
                s.mapVersion ?? '-',
                s.answers === null ? '-' : s.answers ? 'yes' : 'NO',
                s.scanRole ? 'yes' : 'no',
              ]),
            ]),
          ].join('\n'),
      ),
    )
  return [retention, migrate, doctor]
}
