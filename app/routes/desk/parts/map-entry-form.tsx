import { categories } from '~/systems/data-map'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { SelectField, TextField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import type { MapEntryAnswer, MapEntryPage } from '../systems.$system.map-entry'
import { MapFindings } from './map-findings'
import { PasswordAgain } from './password-again'
import { SystemProblem } from './system-head'

const actions = ['delete', 'pseudonymise', 'keep'] as const

/** What the map says of one table or of one of its columns, to be changed; saved as the next version of the map. */
export function MapEntryForm({ loaded, answer }: { loaded: MapEntryPage; answer: MapEntryAnswer | null }) {
  const t = useTexts()
  const { table, column, entry } = loaded
  const back = `/desk/systems/${loaded.head.key}/map?table=${encodeURIComponent(table.id)}#table`
  const value = (name: 'erase' | 'category' | 'with' | 'labelNl' | 'labelEn') => answer?.typed[name] ?? entry[name]
  const none = { value: '', label: t('systems:none') }
  const isOutside = table.inMap !== 'personal'
  return (
    <>
      <h2>{column ? `${table.id}.${column.name}` : table.id}</h2>
      <p>{column ? (column.type ?? t('systems:map.notInDatabase')) : t(`systems:map.is.${table.inMap}`)}</p>
      <SystemProblem reason={answer?.problem} />
      {answer?.checked ? <MapFindings {...answer.checked} /> : null}
      <form method="post" noValidate>
        <Csrf />
        <input type="hidden" name="version" value={loaded.version} />
        <input type="hidden" name="table" value={table.id} />
        <input type="hidden" name="column" value={column?.name ?? ''} />
        {isOutside ? (
          <p>{t('mapping:outside')}</p>
        ) : column ? (
          <>
            <SelectField
              name="category"
              label={t('systems:map.column.category')}
              hint={t('mapping:categoryHint')}
              value={value('category')}
              options={[none, ...categories.map((each) => ({ value: each, label: t(`systems:map.category.${each}`) }))]}
            />
            <TextField
              name="with"
              label={t('systems:map.column.with')}
              hint={t('mapping:withHint')}
              value={value('with')}
              autoComplete="off"
            />
          </>
        ) : (
          <SelectField
            name="erase"
            label={t('systems:map.column.erase')}
            value={value('erase')}
            options={actions.map((each) => ({ value: each, label: t(`systems:map.erase.${each}`) }))}
          />
        )}
        {isOutside ? null : (
          <>
            <TextField name="labelNl" label={t('mapping:labelNl')} value={value('labelNl')} autoComplete="off" />
            <TextField name="labelEn" label={t('mapping:labelEn')} value={value('labelEn')} autoComplete="off" />
          </>
        )}
        <PasswordAgain fresh={loaded.fresh} problem={answer?.problem} />
        <div className="button-row">
          {isOutside ? (
            table.inMap === 'none' ? (
              <Button name="intent" value="not_personal">
                {t('mapping:notPersonal')}
              </Button>
            ) : null
          ) : (
            <Button>{t('mapping:save')}</Button>
          )}
          <a href={back}>{t('desk:case.cancel')}</a>
        </div>
      </form>
    </>
  )
}
