import type { ReactNode } from 'react'
import { Csrf } from '~/ui/csrf'
import { dateInWords, shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { TermBar } from '~/ui/term-bar'
import type { CaseData } from '../requests.$reference'
import { ClockNotes, Corrections, Duplicates } from './clock-notes'
import { DueWords } from './due-words'
import { StandingWords } from './identity-standing'

/** Left: the clock and how it came about, who asks, who works it, what belongs to it. */
export function CaseFacts({ shape, standing, mayUnmask, mayWork, fresh }: CaseData) {
  const t = useTexts()
  return (
    <>
      <TermBar
        size="case"
        receivedOn={shape.receivedOn}
        dueOn={shape.dueOn}
        strictDueOn={shape.strictDueOn}
        extendedFrom={shape.extendedFrom}
        pauses={shape.pauses}
        today={shape.today}
        closedOn={shape.closedOn}
      />
      <p>
        <DueWords dueOn={shape.dueOn} today={shape.today} closedOn={shape.closedOn} workingDays={shape.workingDays} />
      </p>
      <ClockNotes shape={shape} />
      <Duplicates shape={shape} mayWork={mayWork} />
      <details className="explanation">
        <summary>{t('desk:case.howDate')}</summary>
        <p>{shape.explanation}</p>
        <Facts>
          <Fact label={t('desk:case.strict')}>{shortDate(shape.strictDueOn, t)}</Fact>
          <Fact label={t('desk:case.target')}>{shortDate(shape.internalTargetOn, t)}</Fact>
          <Fact label={t('desk:case.latest')}>{shortDate(shape.extendedDueOn, t)}</Fact>
        </Facts>
      </details>
      <Facts>
        <Fact label={t('desk:case.received')}>{dateInWords(shape.receivedOn, t)}</Fact>
        <Fact label={t('desk:case.channel')}>{t(`desk:channel.${shape.channel}`)}</Fact>
        {shape.objectionTo ? (
          <Fact label={t('desk:case.objectionTo')}>{t(`desk:objectionTo.${shape.objectionTo}`)}</Fact>
        ) : null}
        <Fact label={t('desk:case.assignee')}>
          {shape.assignee ?? <span className="soft">{t('desk:queue.nobody')}</span>}
        </Fact>
        <Fact label={t('desk:case.identity')}>
          <StandingWords standing={standing} verified={shape.verified} />
        </Fact>
      </Facts>
      <h3>{t('desk:case.person')}</h3>
      {shape.purged ? <p className="soft">{t('desk:case.purged')}</p> : <Person shape={shape} />}
      {mayUnmask && !shape.unmasked && !shape.purged ? (
        fresh ? (
          <form method="post" action={`/desk/requests/${shape.reference}/unmask`}>
            <Csrf />
            <button className="button button-quiet">{t('desk:case.unmask')}</button>
            <p className="soft small">{t('desk:case.unmaskLogged')}</p>
          </form>
        ) : (
          <p>
            <a className="button button-quiet" href={`/desk/requests/${shape.reference}/unmask`}>
              {t('desk:case.unmask')}
            </a>
          </p>
        )
      ) : null}
      <Corrections shape={shape} />
      <Linked title={t('verbs:clock.mergedInto')} cases={shape.mergedInto ? [shape.mergedInto] : []} />
      <Linked title={t('verbs:clock.mergedFrom')} cases={shape.mergedFrom} />
      <Linked title={t('desk:case.siblings')} cases={shape.siblings} />
      <Linked title={t('desk:case.earlier')} cases={shape.earlier} />
    </>
  )
}

function Facts({ children }: { children: ReactNode }) {
  return <dl className="facts">{children}</dl>
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

const personal = [
  'name',
  'subjectName',
  'email',
  'phone',
  'customerNumber',
  'postalAddress',
  'details',
  'reason',
] as const

function Person({ shape }: Pick<CaseData, 'shape'>) {
  const t = useTexts()
  return (
    <Facts>
      {shape.filedBy === 'self' ? null : (
        <Fact label={t('desk:case.filedBy')}>{t(`desk:filedBy.${shape.filedBy}`)}</Fact>
      )}
      {personal.map((field) =>
        shape.person[field] ? (
          <Fact key={field} label={t(`desk:person.${field}`)}>
            <span className="typed">{shape.person[field]}</span>
          </Fact>
        ) : null,
      )}
    </Facts>
  )
}

function Linked({ title, cases }: { title: string; cases: CaseData['shape']['siblings'] }) {
  const t = useTexts()
  if (cases.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <ul className="linked">
        {cases.map((one) => (
          <li key={one.reference}>
            <a href={`/desk/requests/${one.reference}`}>{one.reference}</a> {t(`common:kind.${one.kind}`)},{' '}
            {t(`common:state.${one.state}`)}
          </li>
        ))}
      </ul>
    </>
  )
}
