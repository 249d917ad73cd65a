import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { SecurityData } from '../account.security'

type PasskeyListProps = Pick<SecurityData, 'passkeys' | 'zone'> & { removable: boolean }

/** One's passkeys; the last second factor of somebody who needs one stays. */
export function PasskeyList({ passkeys, zone, removable }: PasskeyListProps) {
  const t = useTexts()
  if (passkeys.length === 0) return <p className="soft">{t('staff:passkey.none')}</p>
  return (
    <div className="table-frame" role="region" aria-label={t('staff:passkey.title')} tabIndex={0}>
      <table className="dense">
        <thead>
          <tr>
            {['name', 'made', 'used', 'change'].map((column) => (
              <th key={column} scope="col">
                {t(`staff:passkey.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td>{momentInWords(createdAt, zone, t)}</td>
              <td>{lastUsedAt ? momentInWords(lastUsedAt, zone, t) : '–'}</td>
              <td>
                {removable ? (
                  <form method="post" action="/desk/account/passkeys">
                    <Csrf />
                    <input type="hidden" name="id" value={id} />
                    <button className="link-button" name="intent" value="remove">
                      {t('staff:passkey.remove', { name })}
                    </button>
                  </form>
                ) : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Where one is signed in; each can be ended, and all others at once. */
export function SessionList({ sessions, zone }: Pick<SecurityData, 'sessions' | 'zone'>) {
  const t = useTexts()
  return (
    <>
      <div className="table-frame" role="region" aria-label={t('staff:sessions.title')} tabIndex={0}>
        <table className="dense">
          <thead>
            <tr>
              {['browser', 'since', 'seen', 'change'].map((column) => (
                <th key={column} scope="col">
                  {t(`staff:sessions.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sessions.map(({ id, present, createdAt, lastSeenAt, browser }) => (
              <tr key={id}>
                <th scope="row">{browser ?? t('staff:sessions.unknown')}</th>
                <td>{momentInWords(createdAt, zone, t)}</td>
                <td>{lastSeenAt ? momentInWords(lastSeenAt, zone, t) : '–'}</td>
                <td>
                  {present ? (
                    <span className="soft">{t('staff:sessions.present')}</span>
                  ) : (
                    <form method="post" action="/desk/account/sessions">
                      <Csrf />
                      <input type="hidden" name="id" value={id} />
                      <button className="link-button" name="intent" value="one">
                        {t('staff:sessions.end')}
                      </button>
                    </form>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {sessions.length > 1 ? (
        <form method="post" action="/desk/account/sessions">
          <Csrf />
          <Button look="quiet" name="intent" value="others">
            {t('staff:sessions.endOthers')}
          </Button>
        </form>
      ) : null}
    </>
  )
}
