import { requestKinds } from '~/requests/kinds'
import { states } from '~/requests/lifecycle'
import { useTexts } from '~/ui/language'
import type { QueueData } from '../queue'
import type { QueuePageData } from '../queue-page.server'

type FiltersProps = Pick<QueuePageData, 'filters'> & Pick<QueueData, 'workers'>

/** Filters live in the address: a GET form, so that a view can be kept as a bookmark. */
export function QueueFilters({ filters, workers }: FiltersProps) {
  const t = useTexts()
  const anybody = { value: '', label: t('desk:queue.any') }
  const isFiltered = filters.state || filters.kind || filters.assignee || filters.dueBefore
  return (
    <form className="filters" method="get" action="/desk/queue">
      {filters.view === 'all' ? null : <input type="hidden" name="view" value={filters.view} />}
      <Choice
        name="kind"
        value={filters.kind}
        options={[anybody, ...requestKinds.map((kind) => ({ value: kind, label: t(`common:kind.${kind}`) }))]}
      />
      <Choice
        name="state"
        value={filters.state}
        options={[anybody, ...states.map((state) => ({ value: state, label: t(`common:state.${state}`) }))]}
      />
      <Choice
        name="assignee"
        value={filters.assignee}
        options={[
          anybody,
          { value: 'me', label: t('desk:queue.me') },
          { value: 'none', label: t('desk:queue.nobody') },
          ...workers.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <label>
        <span>{t('desk:queue.filter.dueBefore')}</span>
        <input className="input" type="date" name="dueBefore" defaultValue={filters.dueBefore} />
      </label>
      <button className="button button-quiet">{t('desk:queue.apply')}</button>
      {isFiltered ? (
        <a href={filters.view === 'all' ? '/desk/queue' : `/desk/queue?view=${filters.view}`}>
          {t('desk:queue.clear')}
        </a>
      ) : null}
    </form>
  )
}

function Choice({
  name,
  value,
  options,
}: {
  name: string
  value: string
  options: { value: string; label: string }[]
}) {
  const t = useTexts()
  return (
    <label>
      <span>{t(`desk:queue.filter.${name}`)}</span>
      <select className="input" name={name} defaultValue={value}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  )
}
