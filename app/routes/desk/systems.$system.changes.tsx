import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { requireStaff } from '~/staff/require-staff.server'
import { staffNames } from '~/staff/accounts.server'
import { diffMaps } from '~/systems/diff-maps'
import { mapText, mapVersions } from '~/systems/map-versions.server'
import { Button } from '~/ui/button'
import { momentInWords } from '~/ui/dates'
import { SelectField } from '~/ui/field'
import { useTexts } from '~/ui/language'
import { SystemPageHead } from './parts/system-head'
import { deskDay, systemAt, systemHead } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.key ?? '' }]

/** GET `?from=1&to=2`: what changed between two versions; without them between the last two. */
export async function loader({ request, params, context }: LoaderFunctionArgs) {
  await requireStaff(request, context, 'systems.read')
  const row = await systemAt(context, params)
  const { db } = context.runtime
  const versions = await mapVersions(db, row.id)
  const names = await staffNames(
    db,
    versions.map((each) => each.appliedByStaffId),
  )
  const query = new URL(request.url).searchParams
  const known = (name: string, otherwise: number | undefined) =>
    versions.find((each) => String(each.version) === query.get(name))?.version ?? otherwise
  const to = known('to', versions[0]?.version)
  const from = known('from', versions[1]?.version)
  const before = from ? await mapText(db, row.id, from) : undefined
  const after = to ? await mapText(db, row.id, to) : undefined
  return {
    head: systemHead(row),
    zone: (await deskDay(context)).zone,
    from: from ?? null,
    to: to ?? null,
    changes: before !== undefined && after !== undefined ? diffMaps(before, after) : null,
    versions: versions.map(({ version, appliedAt, appliedByStaffId }) => ({
      version,
      at: appliedAt.toString(),
      by: appliedByStaffId ? (names.get(appliedByStaffId) ?? null) : null,
    })),
  }
}

export default function Changes() {
  const t = useTexts()
  const { head, zone, versions, changes, from, to } = useLoaderData<typeof loader>()
  const options = versions.map(({ version }) => ({
    value: String(version),
    label: t('desk:systems.mapVersion', { version }),
  }))
  return (
    <>
      <SystemPageHead head={head} here="changes" />
      {versions.length === 0 ? <p>{t('systems:map.none')}</p> : null}
      <ul>
        {versions.map(({ version, at, by }) => (
          <li key={version}>
            <a href={`/desk/systems/${head.key}/map.yaml?version=${version}`}>
              {t('desk:systems.mapVersion', { version })}
            </a>{' '}
            {momentInWords(at, zone, t)} {by ?? t('systems:changes.byCommand')}
          </li>
        ))}
      </ul>
      {versions.length > 1 ? (
        <form method="get" className="filters">
          <SelectField name="from" label={t('systems:changes.from')} value={String(from)} options={options} />
          <SelectField name="to" label={t('systems:changes.to')} value={String(to)} options={options} />
          <Button look="quiet">{t('systems:changes.compare')}</Button>
        </form>
      ) : null}
      {changes && changes.length === 0 ? <p>{t('systems:changes.none')}</p> : null}
      {changes && changes.length > 0 ? (
        <div className="table-frame" role="region" aria-label={t('systems:page.changes')} tabIndex={0}>
          <table className="dense">
            <thead>
              <tr>
                {['place', 'before', 'after'].map((column) => (
                  <th key={column} scope="col">
                    {t(`systems:changes.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {changes.map((change) => (
                <tr key={change.path}>
                  <th scope="row">{change.path}</th>
                  <td>{change.before ?? t('systems:none')}</td>
                  <td>{change.after ?? t('systems:none')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
    </>
  )
}
