import { hasText } from '~/locales/translate'
import type { Translate } from '~/locales/translate'
import { useTexts } from '~/ui/language'
import type { TaskData } from '../tasks.$task'
import { useTaskName } from './task-words'

/** The role of a recipient as the map names it, in words where there are any. */
function roleInWords(role: string | undefined, t: Translate): string | undefined {
  return role && hasText(`systems:role.${role}`) ? t(`systems:role.${role}`) : role
}

/** Where it is, what has to be done there, what counts as proof, and whom it is about. */
export function TaskFacts({ loaded }: { loaded: TaskData }) {
  const t = useTexts()
  const nameOf = useTaskName()
  const { task, detail, person, unmasked, mayUnmask, head } = loaded
  const { about } = task
  const rows: [string, string | null | undefined][] = [
    [t('outside:fact.place'), nameOf(task)],
    [t('outside:fact.where'), about['where']],
    [t('outside:fact.what'), about['what']],
    [t('outside:fact.file'), detail],
    [t('outside:fact.proof'), about['proof']],
    [t('outside:fact.label'), about['label']],
    [t('outside:fact.role'), roleInWords(about['role'], t)],
    [t('outside:fact.country'), about['country']],
    [t('outside:fact.name'), person.name],
    [t('outside:fact.email'), person.email],
    [t('outside:fact.phone'), person.phone],
    [t('outside:fact.customerNumber'), person.customerNumber],
  ]
  return (
    <>
      <dl className="facts">
        {rows
          .filter(([, value]) => value)
          .map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {!unmasked && mayUnmask ? (
        <p className="soft">
          {t('desk:case.masked')} <a href={`/desk/requests/${head.reference}/unmask`}>{t('desk:case.unmask')}</a>
        </p>
      ) : null}
    </>
  )
}
