import { Command } from 'commander'
import { scanRetention } from '~/retention/scan.server'
import { isDemoDatabase } from '~/platform/master-key.server'
import { settingsSchema } from '~/platform/settings.server'
import { listSystems, findSystem } from '~/systems/registry.server'
import { safetyChecks } from '~/systems/safety.server'
import { latestHealth, lookAtSystem } from '~/systems/watch.server'
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
          const connected = await listSystems(runtime.db)
          const health = await latestHealth(
            runtime.db,
            connected.map((each) => each.id),
          )
          for (const listed of connected) {
            const row = await findSystem(runtime.db, listed.key)
            const look = row ? await lookAtSystem(runtime, runtime.db, row) : null
            const watched = health.get(listed.id)
            const drift = look?.answers ? look : watched
            systems.push({
              key: listed.key,
              engine: listed.engine,
              mapVersion: listed.mapVersion,
              answers: look ? look.answers : null,
              scanRole: listed.hasScanRole,
              lastOk: look?.answers ? runtime.clock.now().toString() : (watched?.lastOk?.toString() ?? null),
              drift: drift && drift.mapVersion !== null ? { added: drift.added, removed: drift.removed } : null,
            })
          }
          const settings = Object.entries(settingsSchema.shape).map(([name, schema]) => ({
            name,
            set: Boolean(process.env[name] ?? process.env[`${name}_FILE`]),
            description: schema.description ?? '',
          }))
          const safety = await safetyChecks(runtime)
          return { demo: await isDemoDatabase(runtime.db), systems, settings, safety }
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
              ['system', 'engine', 'map', 'answers', 'scan role', 'changed since'],
              ...answer.systems.map((s) => [
                s.key,
                s.engine,
                s.mapVersion ?? '-',
                s.answers === null ? '-' : s.answers ? 'yes' : 'NO',
                s.scanRole ? 'yes' : 'no',
                s.drift === null ? '-' : s.drift.added.length + s.drift.removed.length === 0 ? 'no' : 'YES',
              ]),
            ]),
            ...answer.systems.flatMap(({ key, drift }) => [
              ...(drift?.added ?? []).map((name) => `${key}: ${name} is new and not in the data map.`),
              ...(drift?.removed ?? []).map(
                (name) => `${key}: ${name} is gone, though the data map was checked with it.`,
              ),
            ]),
            '',
            table([
              ['look at', 'system', ''],
              ...answer.safety
                .filter(({ inOrder }) => !inOrder)
                .map(({ check, values: { system, ...values } }) => [
                  check,
                  system ?? '-',
                  Object.entries(values)
                    .map(([name, value]) => `${name} ${value}`)
                    .join(', '),
                ]),
            ]),
          ].join('\n'),
      ),
    )
  return [retention, migrate, doctor]
}
