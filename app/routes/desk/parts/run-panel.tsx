import { useRevalidator } from '@remix-run/react'
import { useEffect } from 'react'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { failureInWords } from './failure-words'
import type { PlanShape } from '../plan.server'
import { SmallGroups } from './small-groups'
import { StaleTables } from './stale-panel'

type Run = NonNullable<PlanShape['run']>

/** What became of a plan: per system how far it is, what was done, whether it was verified, and what was still found. */
export function RunPanel({ run, reference, mayExecute }: { run: Run; reference: string; mayExecute: boolean }) {
  const t = useTexts()
  useRefreshWhile(run.takenBack || (run.state === 'running' && !run.paused))
  const maySkip = mayExecute && !run.closed && (run.state === 'partial' || run.state === 'failed')
  const execution = `/desk/requests/${reference}/execution`
  return (
    <section aria-labelledby="run-title">
      <h2 id="run-title">{t('desk:run.title')}</h2>
      <p role="status">{t(`desk:run.state.${run.takenBack ? 'takenBack' : run.paused ? 'paused' : run.state}`)}</p>
      {run.stale && !run.closed ? <Stale stale={run.stale} /> : null}
      {mayExecute && !run.closed ? <RunControls run={run} execution={execution} /> : null}
      <div className="table-frame" role="region" aria-label={t('desk:run.systems')} tabIndex={0}>
        <table className="dense">
          <thead>
            <tr>
              {['system', 'state', 'deleted', 'pseudonymised', 'kept', 'verified', 'residue'].map((column) => (
                <th
                  key={column}
                  scope="col"
                  className={['deleted', 'pseudonymised', 'kept'].includes(column) ? 'number' : undefined}
                >
                  {t(`desk:run.column.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {run.systems.map((system) => {
              const progress = run.progress.find((one) => one.system === system.system)
              return (
                <tr key={system.system}>
                  <th scope="row">{system.system}</th>
                  <td>
                    {t(`desk:run.system.${system.state}`)}
                    {['running', 'waiting', 'failed'].includes(system.state) && progress && progress.rowsPlanned > 0 ? (
                      <>
                        {' '}
                        <progress
                          max={Math.max(progress.rowsPlanned, 1)}
                          value={progress.rowsDone}
                          aria-label={t('desk:run.progress')}
                        />{' '}
                        {t('desk:run.rowsDone', { done: progress.rowsDone, count: progress.rowsPlanned })}
                      </>
                    ) : null}
                    {system.error ? (
                      <span className="soft">
                        {' '}
                        (
                        {[failureInWords(system.error.kind, t), system.error.code, system.error.table]
                          .filter(Boolean)
                          .join(' ')}
                        )
                      </span>
                    ) : null}
                    {maySkip && ['failed', 'refused'].includes(system.state) ? (
                      <form method="post" action={execution} className="row-forms">
                        <Csrf />
                        <input type="hidden" name="intent" value="skip" />
                        <input type="hidden" name="system" value={system.system} />
                        <input
                          className="input"
                          name="reason"
                          aria-label={`${t('desk:run.skipReason')} (${system.system})`}
                          placeholder={t('desk:run.skipReason')}
                          maxLength={2000}
                        />
                        <button className="button button-quiet">{t('desk:run.skip')}</button>
                      </form>
                    ) : null}
                  </td>
                  <td className="number">{system.deleted}</td>
                  <td className="number">{system.pseudonymised}</td>
                  <td className="number">{system.kept}</td>
                  <td>
                    {t(
                      progress?.mismatch
                        ? 'desk:run.mismatch'
                        : progress?.verified
                          ? 'desk:run.verified'
                          : 'desk:run.notVerified',
                    )}
                  </td>
                  <td>
                    {system.residue === null
                      ? progress?.scanDue
                        ? t('desk:run.scanDue')
                        : '–'
                      : t('desk:run.residue', {
                          count: system.residue.findings.length,
                          searched: system.residue.searched,
                        })}
                    {progress?.nameHits ? `, ${t('desk:run.nameHits', { count: progress.nameHits })}` : null}
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {run.progress.map(({ system, notSearched }) =>
        notSearched.length > 0 ? (
          <p key={system} className="soft">
            {t('residue:notSearched', { system, places: notSearched.join(', ') })}
          </p>
        ) : null,
      )}
      {run.state === 'done' || run.state === 'partial' ? (
        <ul className="findings">
          {(['staff', 'subject'] as const).map((copy) => (
            <li key={copy}>
              <a href={`/desk/requests/${reference}/certificate?copy=${copy}`}>{t(`desk:run.certificate.${copy}`)}</a>
            </li>
          ))}
        </ul>
      ) : null}
      <SmallGroups groups={run.groups} execution={execution} mayDecide={mayExecute && !run.closed} />
      {run.findings.length > 0 ? <h3>{t('desk:run.findings')}</h3> : null}
      <ul className="findings">
        {run.findings.map((finding) => (
          <li key={finding.id}>
            {t('desk:run.finding', {
              count: finding.rows,
              place: `${finding.systemKey} · ${finding.table}.${finding.column}`,
            })}
            {mayExecute ? (
              <>
                {' '}
                <a
                  href={`/desk/requests/${reference}/findings/${finding.id}`}
                  aria-label={`${t('residue:look')}: ${finding.table}.${finding.column}`}
                >
                  {t('residue:look')}
                </a>
              </>
            ) : null}
            {finding.decision ? (
              <span className="soft"> {t(`desk:run.decided.${finding.carriedOut ? 'gone' : finding.decision}`)}</span>
            ) : null}
            {finding.decision !== 'keep' && !finding.carriedOut && !run.closed && mayExecute ? (
              <form method="post" action={execution} className="row-forms">
                <Csrf />
                <input type="hidden" name="finding" value={finding.id} />
                <input
                  className="input"
                  name="reason"
                  aria-label={t('desk:run.keepReason')}
                  placeholder={t('desk:run.keepReason')}
                  maxLength={2000}
                />
                {(['keep', 'redact', 'erase'] as const).map((decision) => (
                  <button key={decision} className="button button-quiet" name="intent" value={decision}>
                    {t(`desk:run.${decision}`)}
                  </button>
                ))}
              </form>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What no longer fitted the plan, and what to do now. */
function Stale({ stale }: { stale: NonNullable<Run['stale']> }) {
  const t = useTexts()
  return (
    <section aria-labelledby="stale-title" id="stale">
      <h3 id="stale-title">{t('approval:stale.title')}</h3>
      <p>{t('approval:stale.lead')}</p>
      {stale.left === 'all' ? null : (
        <p>{t(stale.left === 'rest' ? 'approval:stale.rest' : 'approval:problem.half_done')}</p>
      )}
      <StaleTables systems={stale.systems} />
    </section>
  )
}

/** With script the numbers move by themselves; without, a reload shows the same. */
function useRefreshWhile(running: boolean): void {
  const { revalidate, state } = useRevalidator()
  useEffect(() => {
    if (!running || state !== 'idle') return undefined
    const timer = setTimeout(revalidate, 2000)
    return () => clearTimeout(timer)
  }, [running, state, revalidate])
}

/** Pause and go on; take back while nothing was changed yet. */
function RunControls({ run, execution }: { run: Run; execution: string }) {
  const t = useTexts()
  const mayCancel = !run.touched && !run.takenBack && ['running', 'failed', 'partial'].includes(run.state)
  return (
    <div className="button-row">
      {run.state === 'running' && !run.takenBack ? (
        <form method="post" action={execution}>
          <Csrf />
          <button className="button button-quiet" name="intent" value={run.paused ? 'resume' : 'pause'}>
            {t(run.paused ? 'desk:do.resume' : 'desk:do.pause')}
          </button>
        </form>
      ) : null}
      {mayCancel ? (
        <form method="post" action={execution} className="row-forms">
          <Csrf />
          <input
            className="input"
            name="reason"
            aria-label={t('desk:run.cancelReason')}
            placeholder={t('desk:run.cancelReason')}
            maxLength={2000}
          />
          <button className="button button-quiet" name="intent" value="cancel">
            {t('desk:do.cancel')}
          </button>
        </form>
      ) : null}
    </div>
  )
}
