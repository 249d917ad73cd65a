import { secretNames, settingsSchema } from '~/platform/settings.server'

const begin = '<!-- settings: made by `npm run docs:settings` -->'
const end = '<!-- /settings -->'

/** The settings of the environment as a Markdown table, in the order of their schema. */
export function settingsTable(): string {
  const secrets: readonly string[] = secretNames
  const rows = Object.entries(settingsSchema.shape).map(([name, { description = '' }]) => {
    const names = secrets.includes(name) ? `\`${name}\` or \`${name}_FILE\`` : `\`${name}\``
    return `| ${names} | ${description.replaceAll('|', '\\|')} |`
  })
  return ['| Setting | Meaning |', '| --- | --- |', ...rows].join('\n')
}

/** A text with the table between its two marks put in anew. Throws when the marks are not there. */
export function withSettingsTable(text: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error('The text has no place for the table of settings')
  return `${text.slice(0, from + begin.length)}\n\n${settingsTable()}\n\n${text.slice(to)}`
}
