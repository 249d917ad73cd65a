import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import type { TaskData, TaskFailed } from '../tasks.$task'
import { RadioGroup } from './radio-group'

/** How it ended, or that it has to be done after all. */
export function TaskForm({ loaded, failed }: { loaded: TaskData; failed: TaskFailed | undefined }) {
  const t = useTexts()
  const { task, today } = loaded
  const typed = failed?.typed ?? {}
  const error = (name: string) => (failed?.wrong.includes(name) ? t(`outside:wrong.${name}`) : undefined)
  if (!task.open)
    return task.kind === 'webhook' ? null : (
      <form method="post">
        <Csrf />
        <Button look="quiet" name="intent" value="reopen">
          {t('outside:end.reopen')}
        </Button>
      </form>
    )
  if (task.kind === 'webhook') return null
  return (
    <form method="post" noValidate>
      <Csrf />
      <RadioGroup
        name="outcome"
        legend={t('outside:end.outcome')}
        value={typed['outcome']}
        error={error('outcome')}
        options={task.outcomes.map((value) => ({
          value,
          label: t(`outside:outcome.${value}`),
          hint: t(`outside:outcomeHint.${value}`),
        }))}
      />
      <TextArea
        name="note"
        label={t('outside:note.label')}
        hint={t('outside:note.hint')}
        value={typed['note']}
        error={error('note')}
        rows={4}
        maxLength={10_000}
      />
      <TextField
        name="doneOn"
        type="date"
        label={t('outside:end.doneOn')}
        value={typed['doneOn'] ?? today}
        error={error('doneOn')}
        required
      />
      {task.kind === 'manual' ? (
        <fieldset className="counts">
          <legend>{t('outside:end.rows')}</legend>
          {(['deleted', 'pseudonymised', 'kept'] as const).map((name) => (
            <TextField
              key={name}
              name={name}
              type="number"
              inputMode="numeric"
              label={t(`outside:end.${name}`)}
              value={typed[name]}
              error={error(name)}
              optional={t('outside:optional')}
            />
          ))}
        </fieldset>
      ) : null}
      <Button>{t('outside:end.button')}</Button>
    </form>
  )
}
