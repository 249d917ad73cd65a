import { Csrf } from '~/ui/csrf'
import { momentInWords, shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import type { PlanShape } from '../plan.server'

type System = PlanShape['systems'][number]

type PanelProps = {
  plan: PlanShape
  /** The page that it stands on, for looking at samples. */
  here: string
  /** Where a decision about a link that can't be emptied is sent; absent: nothing to decide here. */
  settleAt?: string | undefined
  /** The page that says who else may be meant; absent where the reader may not look there. */
  whereAt?: string | undefined
}

/** What a plan does, system by system and table by table: how many rows, why, until when, and what happens to each column. */
export function PlanPanel({ plan, here, settleAt, whereAt }: PanelProps) {
  const t = useTexts()
  const changes = plan.systems.reduce((sum, system) => sum + system.changes, 0)
  return (
    <section className="plan" id="plan" aria-labelledby="plan-title">
      <h2 id="plan-title">{t('desk:plan.title')}</h2>
      <p>
        {t(`desk:plan.state.${plan.state}`)}. {t('desk:plan.changes', { count: changes })}{' '}
        <span className="soft">
          {t('desk:plan.made', { name: plan.by ?? t('desk:who.system'), at: momentInWords(plan.at, plan.zone, t) })}
          {plan.approvedBy ? `. ${t('desk:plan.approvedBy', { name: plan.approvedBy })}` : null}
        </span>
      </p>
      {plan.returned ? <Returned returned={plan.returned} zone={plan.zone} /> : null}
      {plan.systems.map((system) => (
        <PlanOfSystem
          key={system.system}
          system={system}
          here={here}
          settleAt={settleAt}
          looked={plan.looked?.system === system.system ? plan.looked : null}
        />
      ))}
      {whereAt ? (
        <p>
          <a href={whereAt}>{t('approval:suggestions')}</a>
        </p>
      ) : null}
      <p className="soft small">
        {t('desk:plan.hash')} <code>{plan.hash.slice(0, 16)}…</code>
      </p>
    </section>
  )
}

/** Who sent the plan back, or took it back, and why. */
function Returned({ returned, zone }: { returned: NonNullable<PlanShape['returned']>; zone: string }) {
  const t = useTexts()
  const { kind, by, at, reason } = returned
  return (
    <Notice tone="warning">
      <p>{t(`approval:returned.${kind}`, { name: by, at: momentInWords(at, zone, t) })}</p>
      {reason ? <p className="typed">{t('approval:returned.reason', { reason })}</p> : null}
    </Notice>
  )
}

type OfSystemProps = Omit<PanelProps, 'plan' | 'whereAt'> & { system: System; looked: PlanShape['looked'] }

function PlanOfSystem({ system, here, settleAt, looked }: OfSystemProps) {
  const t = useTexts()
  return (
    <>
      <h3>
        {system.system}{' '}
        {system.elsewhere ? null : (
          <span className="soft">{t('desk:systems.mapVersion', { version: system.mapVersion })}</span>
        )}
      </h3>
      {system.elsewhere ? <ByOthers elsewhere={system.elsewhere} /> : null}
      {system.elsewhere?.by === 'person' ? null : system.tables.length === 0 ? (
        <p>{t('desk:plan.nothingFound')}</p>
      ) : (
        <div
          className="table-frame"
          role="region"
          aria-label={t('desk:plan.tablesOf', { system: system.system })}
          tabIndex={0}
        >
          <table className="dense">
            <thead>
              <tr>
                <th scope="col">{t('desk:plan.column.table')}</th>
                <th scope="col">{t('desk:plan.column.action')}</th>
                <th scope="col" className="number">
                  {t('desk:plan.column.rows')}
                </th>
                <th scope="col">{t('desk:plan.column.why')}</th>
              </tr>
            </thead>
            <tbody>
              {system.tables.map((table, at) => (
                <TableRows
                  key={at}
                  table={table}
                  lookAt={`${here}?look=${encodeURIComponent(`${system.system}/${table.table}`)}#plan`}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {looked ? <Samples looked={looked} /> : null}
      <Consequences system={system} />
      {settleAt ? <Decisions system={system} settleAt={settleAt} /> : null}
    </>
  )
}

/** What happens to the rows of one table; below it, as wide as the table, what happens to each of their columns. */
function TableRows({ table, lookAt }: { table: System['tables'][number]; lookAt: string }) {
  const t = useTexts()
  return (
    <>
      <tr>
        <th scope="row">{table.table}</th>
        <td>
          <span className="act" data-action={table.action}>
            {t(`desk:plan.action.${table.action}`)}
          </span>
        </td>
        <td className="number">{table.rows}</td>
        <td>
          {t(`desk:plan.why.${table.reason}`)}
          {table.until ? `, ${t('desk:plan.until', { date: shortDate(table.until, t) })}` : null}
        </td>
      </tr>
      {table.columns.length > 0 ? (
        <tr>
          <td colSpan={4}>
            <details>
              <summary>{t('desk:plan.columns', { count: table.columns.length })}</summary>
              <ul className="columns">
                {table.columns.map(({ column, with: strategy }) => (
                  <li key={column}>
                    <code>{column}</code>: {strategyInWords(strategy)}
                  </li>
                ))}
              </ul>
              {table.action === 'pseudonymise' ? <a href={lookAt}>{t('desk:plan.look')}</a> : null}
            </details>
          </td>
        </tr>
      ) : null}
    </>
  )
}

/** Who does the work where this program does not reach, and what they are told. */
function ByOthers({ elsewhere }: { elsewhere: NonNullable<System['elsewhere']> }) {
  const t = useTexts()
  const { by, where, what, proof } = elsewhere
  const rows = Object.entries({ where, what, proof }).filter(([, text]) => text)
  return (
    <>
      <p>{t(`outside:plan.${by}`)}</p>
      <dl className="facts">
        {rows.map(([name, text]) => (
          <div key={name}>
            <dt>{t(`outside:fact.${name}`)}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

/** A strategy as the map writes it: `empty`, `{generalise: year}` as `generalise year`. */
function strategyInWords(strategy: unknown): string {
  if (typeof strategy === 'string') return strategy
  return typeof strategy === 'object' && strategy !== null
    ? Object.entries(strategy)
        .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
        .join(', ')
    : String(strategy)
}

function Samples({ looked }: { looked: NonNullable<PlanShape['looked']> }) {
  const t = useTexts()
  if (looked.failed) return <p>{t('desk:plan.lookFailed')}</p>
  return (
    <div className="samples">
      <h4>{t('desk:plan.samples', { table: looked.table })}</h4>
      {looked.rows.length === 0 ? <p>{t('desk:plan.noSamples')}</p> : null}
      {looked.rows.map((columns, at) => (
        <dl key={at} className="facts">
          {columns.map(({ column, before, after }) => (
            <div key={column}>
              <dt>
                <code>{column}</code>
              </dt>
              <dd>
                {before || t('desk:plan.empty')} → {after || t('desk:plan.empty')}
              </dd>
            </div>
          ))}
        </dl>
      ))}
    </div>
  )
}

/** What a plan does beside its rows: links emptied, references cut, others met, and what a person still has to decide. */
function Consequences({ system }: { system: System }) {
  const t = useTexts()
  const lines = [
    ...system.cuts.map((cut) => t('desk:plan.cut', { count: cut.rows, column: `${cut.table}.${cut.column}` })),
    ...system.detached.map((tie) => t('desk:plan.detached', { count: tie.rows, column: `${tie.table}.${tie.column}` })),
    ...system.others.map((other) => t('desk:plan.other', { count: other.rows, table: other.table })),
    ...system.decisions.map((open) =>
      t('desk:plan.decision', { count: open.rows, column: `${open.table} (${open.columns.join(', ')})` }),
    ),
  ]
  if (lines.length === 0) return null
  return (
    <ul className="consequences">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}

function Decisions({ system, settleAt }: { system: System; settleAt: string }) {
  const t = useTexts()
  return (
    <>
      {system.decisions.map(({ table, columns }) => {
        const decision = JSON.stringify({ system: system.system, table, columns })
        return (
          <form key={decision} method="post" action={settleAt} className="row-forms">
            <Csrf />
            <input type="hidden" name="intent" value="settle" />
            <input type="hidden" name="decision" value={decision} />
            <input
              className="input"
              name="reason"
              aria-label={t('desk:plan.settleReason', { table })}
              placeholder={t('desk:plan.settleReason', { table })}
              maxLength={2000}
            />
            <button className="button button-quiet">{t('desk:plan.settle')}</button>
          </form>
        )
      })}
    </>
  )
}
