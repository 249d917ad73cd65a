import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'

export interface ReturnedShape {
  readonly id: string
  readonly table: string
  readonly reason: 'erased' | 'objection'
  readonly rows: number
  readonly at: string
  readonly keys: readonly string[]
}

/** So many keys are written out. */
const SHOWN = 10

/** Rows of people who were erased or objected and stand in the system again, each until somebody looked. */
export function ReturnedPersons({
  system,
  returned,
  mayManage,
  zone,
}: {
  system: string
  returned: readonly ReturnedShape[]
  mayManage: boolean
  zone: string
}) {
  const t = useTexts()
  if (returned.length === 0) return null
  return (
    <Notice tone="warning">
      <h2>{t('systems:returned.title')}</h2>
      <p>{t('systems:returned.lead')}</p>
      {returned.map((each) => (
        <form key={each.id} method="post" action={`/desk/systems/${system}/returned`}>
          <Csrf />
          <input type="hidden" name="id" value={each.id} />
          <p>
            {t(`systems:returned.${each.reason}`, { table: each.table, count: each.rows })}{' '}
            {momentInWords(each.at, zone, t)}. {t('systems:returned.keys')}: {each.keys.slice(0, SHOWN).join(', ')}
            {each.keys.length > SHOWN ? ' …' : ''}
          </p>
          {mayManage ? <Button look="quiet">{t('systems:returned.seen')}</Button> : null}
        </form>
      ))}
    </Notice>
  )
}
