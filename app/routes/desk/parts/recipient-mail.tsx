import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { TextArea, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import type { TaskData, TaskFailed } from '../tasks.$task'
import { MailPreview } from './mail-preview'

/** Tells a recipient by mail (GDPR art. 19); what they get is shown first. */
export function RecipientMail({ loaded, failed }: { loaded: TaskData; failed: TaskFailed | undefined }) {
  const t = useTexts()
  const { task } = loaded
  if (task.kind !== 'recipient' || !task.open) return null
  const typed = failed?.typed ?? {}
  const error = (name: string) => (failed?.wrong.includes(name) ? t(`outside:wrong.${name}`) : undefined)
  return (
    <section aria-labelledby="mail-title">
      <h2 id="mail-title">{t('outside:mail.title')}</h2>
      <p>{t('outside:mail.lead')}</p>
      <form method="post" noValidate>
        <Csrf />
        <TextField
          name="to"
          type="email"
          label={t('outside:mail.to')}
          value={typed['to'] ?? task.about['email']}
          error={error('to')}
          required
        />
        <TextArea
          name="explanation"
          label={t('outside:mail.explanation')}
          hint={t('outside:mail.explanationHint')}
          value={typed['explanation']}
          error={error('explanation')}
          optional={t('outside:optional')}
          rows={4}
          maxLength={5_000}
        />
        <MailPreview preview={failed?.preview} />
        <div className="button-row">
          <Button look="quiet" name="intent" value="preview">
            {t('desk:preview.button')}
          </Button>
          <Button name="intent" value="mail">
            {t('outside:mail.send')}
          </Button>
        </div>
      </form>
      <h2>{t('outside:mail.otherwise')}</h2>
    </section>
  )
}
