import type { FormValues } from '~/platform/forms.server'
import type { Runtime } from '~/platform/runtime.server'
import { snippetsFor } from '~/requests/snippets.server'
import type { RequestRow } from '~/requests/move.server'

/** The texts that a form about this case offers. */
export async function snippetChoices(runtime: Pick<Runtime, 'db'>, row: RequestRow) {
  return (await snippetsFor(runtime.db, row)).map(({ id, title }) => ({ id, title }))
}

/** What was typed into a field, with the chosen text below it where the form asked for that (`intent` snippet). */
export async function withSnippet(
  runtime: Pick<Runtime, 'db'>,
  row: RequestRow,
  form: FormValues,
  field: string,
): Promise<string> {
  const typed = form.get(field)
  if (form.get('intent') !== 'snippet') return typed
  const chosen = (await snippetsFor(runtime.db, row)).find(({ id }) => id === form.get('snippet'))
  return [typed.trim(), chosen?.body].filter(Boolean).join('\n\n')
}
