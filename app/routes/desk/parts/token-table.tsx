import { Csrf } from '~/ui/csrf'
import { momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import type { TokensData } from '../tokens'

/** Which programs may call, as whom, how far, and when they last did. */
export function TokenTable({ tokens, zone }: Pick<TokensData, 'tokens' | 'zone'>) {
  const t = useTexts()
  if (tokens.length === 0) return <p className="empty">{t('staff:tokens.none')}</p>
  const moment = (at: string | null) => (at ? momentInWords(at, zone, t) : '–')
  return (
    <div className="table-frame" role="region" aria-label={t('staff:tokens.title')} tabIndex={0}>
      <table className="dense">
        <thead>
          <tr>
            {['name', 'owner', 'scopes', 'made', 'used', 'until', 'standing'].map((column) => (
              <th key={column} scope="col">
                {t(`staff:tokens.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row">{token.name}</th>
              <td>{token.owner}</td>
              <td>{token.scopes.join(' ')}</td>
              <td>{moment(token.createdAt)}</td>
              <td>{moment(token.lastUsedAt)}</td>
              <td>{moment(token.expiresAt)}</td>
              <td>
                {token.revocable && token.standing === 'active' ? (
                  <form method="post">
                    <Csrf />
                    <input type="hidden" name="token" value={token.id} />
                    <button className="link-button" name="intent" value="revoke">
                      {t('staff:tokens.revoke', { name: token.name })}
                    </button>
                  </form>
                ) : (
                  t(`staff:tokens.standing.${token.standing}`)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
