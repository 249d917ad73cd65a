import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { ErrorSummary } from '~/ui/error-summary'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'

/** The form behind a mailed link with which somebody chooses a password; `problem` is what the last try lacked. */
export function NewPasswordForm(props: {
  email: string
  lead: string
  button: string
  /** The words of the problem, and whether it is that both passwords differ. */
  problem: { message: string; again: boolean } | null
}) {
  const t = useTexts()
  const { email, lead, button, problem } = props
  const field = problem?.again ? 'passwordAgain' : 'password'
  const errorOf = (name: string) => (name === field ? problem?.message : undefined)
  return (
    <form method="post" noValidate>
      <Csrf />
      <ErrorSummary errors={{ [field]: problem?.message }} />
      <p>{lead}</p>
      {/* For password managers. */}
      <input type="hidden" name="username" value={email} autoComplete="username" />
      <TextField
        name="password"
        type="password"
        label={t('desk:password.new')}
        hint={t('desk:password.hint')}
        error={errorOf('password')}
        autoComplete="new-password"
        required
      />
      <TextField
        name="passwordAgain"
        type="password"
        label={t('desk:password.again')}
        error={errorOf('passwordAgain')}
        autoComplete="new-password"
        required
      />
      <Button>{button}</Button>
    </form>
  )
}
