import { TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'

type TotpFieldsProps = {
  offer: { sealed: string; uri: string; secret: string; picture: string }
  problem?: string | undefined
}

/** The secret for an authenticator app, three ways, and the field for the first code that it shows. */
export function TotpFields({ offer, problem }: TotpFieldsProps) {
  const t = useTexts()
  return (
    <>
      <p>{t('staff:totp.lead')}</p>
      <p>
        <img src={offer.picture} alt={t('staff:totp.picture')} width={265} height={265} />
      </p>
      <p>
        {t('staff:totp.typed')} <code data-totp-secret>{offer.secret}</code>
      </p>
      <p>
        <a href={offer.uri}>{t('staff:totp.here')}</a>
      </p>
      <input type="hidden" name="secret" value={offer.sealed} />
      <TextField
        name="totp"
        label={t('staff:totp.first')}
        error={problem}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={10}
        required
      />
    </>
  )
}
