import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { hex } from '~/evidence/chain.server'
import { pageOfEntries } from '~/evidence/entries.server'
import { newestSeal } from '~/evidence/seal.server'
import { translatorFor } from '~/locales/translate'
import { readOrganisation } from '~/platform/organisation.server'
import { findByReference } from '~/requests/case-view.server'
import { staffNames } from '~/staff/accounts.server'
import { requireStaff } from '~/staff/require-staff.server'
import { momentInWords } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { happenedInWords, whoInWords } from './parts/timeline'

const pageLength = 100

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'evidence.read')
  const { db } = context.runtime
  const { searchParams } = new URL(request.url)
  const before = searchParams.get('before')
  if (before !== null && !/^\d{1,18}$/.test(before)) throw new Response(null, { status: 400 })
  const reference = searchParams.get('reference')?.trim().toUpperCase() ?? ''
  const row = reference ? await findByReference(db, reference) : undefined
  const organisation = await readOrganisation(db)
  const found =
    reference && !row
      ? []
      : await pageOfEntries(db, {
          before: before ? BigInt(before) : undefined,
          requestId: row?.id,
          limit: pageLength + 1,
        })
  const entries = found.slice(0, pageLength)
  const seal = await newestSeal(db)
  const names = await staffNames(
    db,
    entries.map((entry) => entry.actorId),
  )
  return {
    title: translatorFor(languageOfRequest(request))('desk:evidence.title'),
    zone: organisation['organisation.zone'],
    reference,
    seal: seal
      ? {
          number: Number(seal.number),
          at: seal.at.toString(),
          position: Number(seal.position),
          hash: hex(seal.hash),
        }
      : null,
    next: found.length > pageLength ? (entries.at(-1)?.id.toString() ?? null) : null,
    entries: entries.map((entry) => ({
      id: entry.id.toString(),
      at: entry.at.toString(),
      verb: entry.verb,
      system: entry.system,
      reference: entry.reference,
      actorKind: entry.actorKind,
      by: entry.actorId ? (names.get(entry.actorId) ?? null) : null,
      data: Object.fromEntries(Object.entries(entry.data).map(([key, value]) => [key, inShort(value)])),
    })),
  }
}

/** A value of an entry's data on one line. */
function inShort(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export default function Evidence() {
  const t = useTexts()
  const { zone, reference, seal, next, entries } = useLoaderData<typeof loader>()
  const older = new URLSearchParams({ ...(reference ? { reference } : {}), before: next ?? '' })
  return (
    <>
      <div className="page-head">
        <h1>{t('desk:evidence.title')}</h1>
        <form className="filters" method="get">
          <label>
            <span>{t('desk:evidence.reference')}</span>
            <input className="input" name="reference" defaultValue={reference} maxLength={20} />
          </label>
          <button className="button button-quiet">{t('desk:queue.apply')}</button>
        </form>
      </div>
      <p className="soft">{t('desk:evidence.lead')}</p>
      {seal ? (
        <p className="soft">
          {t('desk:evidence.seal', { ...seal, at: momentInWords(seal.at, zone, t) })} <code>{seal.hash}</code>
        </p>
      ) : (
        <p className="soft">{t('desk:evidence.unsealed')}</p>
      )}
      {entries.length === 0 ? (
        <p className="empty">{t('desk:evidence.empty')}</p>
      ) : (
        <div className="table-frame" role="region" aria-label={t('desk:evidence.title')} tabIndex={0}>
          <table className="dense">
            <thead>
              <tr>
                {['id', 'at', 'what', 'who', 'reference', 'data'].map((column) => (
                  <th key={column} scope="col">
                    {t(`desk:evidence.column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <tr key={entry.id}>
                  <td className="number">{entry.id}</td>
                  <td className="date">{momentInWords(entry.at, zone, t)}</td>
                  <td>{happenedInWords(entry, t)}</td>
                  <td>{whoInWords(entry, t)}</td>
                  <td className="date">
                    {entry.reference ? <a href={`/desk/requests/${entry.reference}`}>{entry.reference}</a> : null}
                  </td>
                  <td className="soft small">
                    {Object.entries(entry.data)
                      .map(([key, value]) => `${key}=${value}`)
                      .join(' ')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next ? (
        <nav className="pages" aria-label={t('desk:queue.pages')}>
          <a rel="next" href={`/desk/evidence?${older.toString()}`}>
            {t('desk:evidence.older')}
          </a>
        </nav>
      ) : null}
    </>
  )
}
