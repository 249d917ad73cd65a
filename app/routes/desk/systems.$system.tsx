import { data } from '@remix-run/node'
import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { returnedInSystem } from '~/erasure/returned.server'
import { takeShown } from '~/platform/show-once.server'
import type { Translate } from '~/locales/translate'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { detailsOf, placeOf } from '~/systems/change-system.server'
import { handlingOf, isByHand } from '~/systems/handling'
import { mapVersions } from '~/systems/map-versions.server'
import { testSystem } from '~/systems/registry.server'
import { latestHealth } from '~/systems/watch.server'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { momentInWords, shortDate } from '~/ui/dates'
import { useTexts } from '~/ui/language'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'
import { DriftNotice, HealthWords } from './parts/system-health'
import { ReturnedPersons } from './parts/returned-persons'
import { SystemPageHead } from './parts/system-head'
import { deskDay, healthShape, secretCookie, systemAt, systemHead } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.head.key ?? '' }]

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'systems.read')
  const row = await systemAt(context, params)
  const { db } = context.runtime
  const [newest] = await mapVersions(db, row.id)
  const shown = takeShown(context.runtime, request, { name: secretCookie, holder: staff.id })
  const secret = shown?.text.startsWith(`${row.key} `) ? shown.text.slice(row.key.length + 1) : null
  const about = {
    ...(await deskDay(context)),
    secret,
    byHand: isByHand(row.engine),
    handling: handlingOf(row),
    head: systemHead(row),
    mayManage: may(staff.role, 'systems.manage'),
    health: healthShape((await latestHealth(db, [row.id])).get(row.id)),
    place: placeOf(context.runtime, row, 'run'),
    scanPlace: placeOf(context.runtime, row, 'scan'),
    details: detailsOf(row),
    returned: (await returnedInSystem(db, context.runtime, row.key)).map((each) => ({
      ...each,
      at: each.at.toString(),
    })),
    map: newest ? { version: newest.version, at: newest.appliedAt.toString() } : null,
  }
  return secret && shown ? data(about, { headers: { 'Set-Cookie': shown.cleared } }) : about
}

/** POST: does it answer? */
export async function action({ request, params, context }: ActionFunctionArgs) {
  await requireStaff(request, context, 'systems.manage')
  await deskForm(request, context)
  return { tested: await testSystem(context.runtime, await systemAt(context, params)) }
}

export default function System() {
  const t = useTexts()
  const loaded = useLoaderData<typeof loader>()
  const { head, mayManage, health, details, returned, today, zone, byHand, secret } = loaded
  const tested = useActionData<typeof action>()?.tested
  const lapsed = details.reviewOn !== '' && details.reviewOn < today
  const rows = [...(byHand ? handlingRows(loaded, t) : connectionRows(loaded, t)), ...detailRows(loaded, t)]
  const at = `/desk/systems/${head.key}`
  return (
    <>
      <SystemPageHead head={head} here="about" />
      {tested ? (
        <div role="status">
          <Notice tone={tested.ok ? 'plain' : 'error'}>
            <p>
              {tested.ok
                ? t('desk:systems.answers', { key: head.key, version: tested.version, count: tested.tables })
                : t('desk:systems.silent', { key: head.key, reason: tested.reason })}
            </p>
          </Notice>
        </div>
      ) : null}
      <DriftNotice health={health} />
      <ReturnedPersons system={head.key} returned={returned} mayManage={mayManage} zone={zone} />
      {lapsed ? (
        <Notice tone="warning">
          <p>{t('systems:details.lapsed', { date: shortDate(details.reviewOn, t) })}</p>
        </Notice>
      ) : null}
      {secret ? (
        <div role="status">
          <Notice>
            <p>{t('outside:secret')}</p>
            <p>
              <code>{secret}</code>
            </p>
          </Notice>
        </div>
      ) : null}
      <dl className="facts system-facts">
        {byHand ? null : (
          <div>
            <dt>{t('systems:health.title')}</dt>
            <dd>
              <HealthWords health={health} zone={zone} />
            </dd>
          </div>
        )}
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value || t('systems:none')}</dd>
          </div>
        ))}
      </dl>
      {mayManage ? (
        <div className="button-row">
          {byHand ? null : (
            <>
              <form method="post">
                <Csrf />
                <Button look="quiet">{t('systems:test')}</Button>
              </form>
              <a href={`${at}/connection`}>{t('systems:connection.title')}</a>
            </>
          )}
          {head.engine === 'postgres' || head.engine === 'mysql' ? null : (
            <a href={`${at}/handling`}>{t('outside:handling.title')}</a>
          )}
          <a href={`${at}/details`}>{t('systems:details.title')}</a>
          <a href={`${at}/standing`}>{t('systems:standing.title')}</a>
        </div>
      ) : null}
    </>
  )
}

type Loaded = ReturnType<typeof useLoaderData<typeof loader>>

const connectionRows = ({ place, scanPlace, map, head, zone }: Loaded, t: Translate): [string, string][] => [
  [t('systems:url'), place ?? t('systems:none')],
  ...(head.engine === 'webhook'
    ? []
    : ([
        [t('systems:scanUrl'), scanPlace ?? t('desk:systems.noScanRole')],
        [
          t('systems:page.map'),
          map
            ? t('systems:map.applied', { version: map.version, at: momentInWords(map.at, zone, t) })
            : t('desk:systems.noMap'),
        ],
      ] satisfies [string, string][])),
]

const handlingRows = ({ handling }: Loaded, t: Translate): [string, string][] => [
  [t('outside:handling.name'), handling.name],
  [t('outside:handling.where'), handling.where],
  [t('outside:handling.what'), handling.what],
  [t('outside:handling.proof'), handling.proof],
  [t('outside:handling.keptDays'), handling.keptDays?.toString() ?? ''],
]

const detailRows = ({ details }: Loaded, t: Translate): [string, string][] => [
  [t('systems:details.provider'), details.provider],
  [t('systems:details.role'), t(`systems:role.${details.role}`)],
  [t('systems:details.agreement'), details.agreement],
  [t('systems:details.reviewOn'), details.reviewOn ? shortDate(details.reviewOn, t) : ''],
  [t('systems:details.country'), details.country],
]
