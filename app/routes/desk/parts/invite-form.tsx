import { roles } from '~/staff/roles'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { SelectField, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'

type InviteProps = { typed: Record<string, string> | null; wrong: string[] }

/** A new colleague gets a mail with a link that works once, for 72 hours. */
export function InviteForm({ typed, wrong }: InviteProps) {
  const t = useTexts()
  const error = (field: string) => (wrong.includes(field) ? t(`desk:staff.wrong.${field}`) : undefined)
  return (
    <section className="action-page" aria-labelledby="invite-title">
      <h2 id="invite-title">{t('desk:staff.invite')}</h2>
      <p>{t('desk:staff.inviteLead')}</p>
      <form method="post" noValidate>
        <Csrf />
        <ErrorSummary errors={{ name: error('name'), email: error('email'), role: error('role') }} />
        <TextField
          name="name"
          label={t('desk:staff.column.name')}
          value={typed?.['name']}
          error={error('name')}
          autoComplete="off"
          required
        />
        <TextField
          name="email"
          type="email"
          label={t('desk:staff.column.email')}
          value={typed?.['email']}
          error={error('email')}
          autoComplete="off"
          required
        />
        <SelectField
          name="role"
          label={t('desk:staff.column.role')}
          hint={t('desk:staff.roleHint')}
          value={typed?.['role'] ?? 'agent'}
          options={roles.map((value) => ({ value, label: t(`desk:role.${value}`) }))}
        />
        <SelectField
          name="language"
          label={t('desk:account.language')}
          value={typed?.['language'] ?? 'nl'}
          options={['nl', 'en'].map((value) => ({ value, label: t(`common:language.${value}`) }))}
        />
        <Button name="intent" value="invite">
          {t('desk:staff.inviteButton')}
        </Button>
      </form>
    </section>
  )
}
