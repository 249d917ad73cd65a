import { Command, Option } from 'commander'
import { findCalendar } from '~/deadlines/calendar'
import { appendEvidence } from '~/evidence/append.server'
import { isSettingName, organisationSettings, readOrganisation, writeSetting } from '~/platform/organisation.server'
import { inTransaction } from '~/platform/runtime.server'
import { followSetting } from '~/requests/recompute.server'
import { createToken } from '~/staff/api-token.server'
import { invitationSchema, inviteStaff } from '~/staff/invite.server'
import { roles } from '~/staff/roles'
import { Refusal, runCommand, table } from './output.server'

export function staffCommand(): Command {
  const command = new Command('staff').description('staff accounts')
  command
    .command('add <email>')
    .description('make an account; prints an invitation link that is good for 72 hours')
    .requiredOption('--name <name>', 'as colleagues see it')
    .addOption(new Option('--role <role>', 'what they may do').choices([...roles]).makeOptionMandatory())
    .option('--json', 'print one JSON document')
    .action((email: string, options: { name: string; role: string; json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => {
          const parsed = invitationSchema.safeParse({ email, name: options.name, role: options.role })
          if (!parsed.success)
            throw new Refusal(`Not an account: ${parsed.error.issues.map((i) => i.path.join('.')).join(', ')}`, 2)
          const organisation = await readOrganisation(runtime.db)
          const invited = await inTransaction(runtime, (tx) =>
            inviteStaff(tx, runtime, {
              ...parsed.data,
              by: null,
              organisation: organisation['organisation.name'],
              mail: false,
            }),
          )
          if (!invited.ok) throw new Refusal(`${email} has an account already.`)
          return { email: parsed.data.email, role: parsed.data.role, invitation: invited.link }
        },
        (answer) => answer.invitation,
      ),
    )
  return command
}

export function tokenCommand(): Command {
  const command = new Command('token').description('API tokens')
  command
    .command('add')
    .description('make a token for machines; it is shown once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--as <email>', 'the staff member it acts for')
    .requiredOption('--scope <scopes>', 'scopes, separated by commas')
    .option('--json', 'print one JSON document')
    .action((options: { name: string; as: string; scope: string; json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => {
          const scopes = options.scope.split(/[\s,]+/).filter(Boolean)
          const made = await inTransaction(runtime, (tx) =>
            createToken(tx, runtime, { name: options.name, staffEmail: options.as, scopes, actor: { kind: 'system' } }),
          )
          if (!made.ok) throw new Refusal(`No token: ${made.reason}${'scope' in made ? ` (${made.scope})` : ''}`)
          return { token: made.token }
        },
        (answer) => answer.token,
      ),
    )
  return command
}

export function settingCommand(): Command {
  const command = new Command('setting').description('what the organisation decides')
  const known = (key: string) => {
    if (!isSettingName(key))
      throw new Refusal(`There is no setting ${key}. Known: ${Object.keys(organisationSettings).join(', ')}`)
    return key
  }
  command
    .command('list')
    .option('--json', 'print one JSON document')
    .action((options: { json?: boolean }) =>
      runCommand(
        options,
        (runtime) => readOrganisation(runtime.db),
        (all) => table(Object.entries(all).map(([key, value]) => [key, JSON.stringify(value)])),
      ),
    )
  command
    .command('get <key>')
    .option('--json', 'print one JSON document')
    .action((key: string, options: { json?: boolean }) =>
      runCommand(
        options,
        async (runtime) => (await readOrganisation(runtime.db))[known(key)] as unknown,
        (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
      ),
    )
  command
    .command('set <key> <value>')
    .description('the value as JSON, or as plain text')
    .option('--json', 'print one JSON document')
    .action((key: string, value: string, options: { json?: boolean }) =>
      runCommand(
        options,
        (runtime) =>
          inTransaction(runtime, async (tx) => {
            const name = known(key)
            if (name === 'organisation.calendar' && !(await findCalendar(value.replaceAll('"', ''))).ok)
              throw new Refusal(`${key}: there is no calendar ${value}`)
            const written = await writeSetting(tx, runtime, name, fromText(value), null)
            const asText = written.ok ? written : await writeSetting(tx, runtime, name, value, null)
            if (!asText.ok) throw new Refusal(`${key}: ${written.ok ? '' : written.reason}`)
            await appendEvidence(tx, runtime, {
              actor: { kind: 'system' },
              verb: 'setting.changed',
              data: { setting: key },
            })
            await followSetting(tx, name)
            return { key, value: (await readOrganisation(tx))[name] }
          }),
        (answer) => `${answer.key} = ${JSON.stringify(answer.value)}`,
      ),
    )
  return command
}

function fromText(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
