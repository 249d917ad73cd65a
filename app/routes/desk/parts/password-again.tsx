import { useLocation } from '@remix-run/react'
import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'

/** Asks for the password once more where it was last given more than a quarter of an hour ago. */
export function PasswordAgain({ fresh, problem }: { fresh: boolean; problem?: string | null | undefined }) {
  const t = useTexts()
  const { pathname } = useLocation()
  const isAboutPassword = problem === 'password_needed' || problem === 'wrong_password' || problem === 'too_many'
  if (fresh && !isAboutPassword) return null
  return (
    <>
      <TextField
        name="password"
        type="password"
        label={t('desk:login.password')}
        hint={t('desk:password.why')}
        error={isAboutPassword && problem !== 'password_needed' ? t(`desk:problem.${problem}`) : undefined}
        autoComplete="current-password"
        required
      />
      <p className="small">
        <a href={`/desk/presence?next=${encodeURIComponent(pathname)}`}>{t('staff:presence.other')}</a>
      </p>
    </>
  )
}
