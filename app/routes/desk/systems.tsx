import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { readOrganisation } from '~/platform/organisation.server'
import { listDisabledSystems } from '~/systems/change-system.server'
import { handlingOf, isByHand } from '~/systems/handling'
import { findSystem, listAppliedMaps, listSystems, testSystem } from '~/systems/registry.server'
import { latestHealth } from '~/systems/watch.server'
import { ButtonLink } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'
import { HealthWords } from './parts/system-health'
import { healthShape } from './system.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'systems.read')
  const { db } = context.runtime
  const maps = await listAppliedMaps(db)
  const listed = await listSystems(db)
  const health = await latestHealth(
    db,
    listed.map((system) => system.id),
  )
  return {
    zone: (await readOrganisation(db))['organisation.zone'],
    removed: new URL(request.url).searchParams.get('removed'),
    disabled: await listDisabledSystems(db),
    title: translatorFor(languageOfRequest(request))('desk:systems.title'),
    mayManage: may(staff.role, 'systems.manage'),
    systems: listed.map((system) => {
      const applied = maps.find((one) => one.system.id === system.id)
      const tables = Object.values(applied?.map.tables ?? {})
      return {
        key: system.key,
        engine: system.engine,
        name: handlingOf(system).name,
        byHand: isByHand(system.engine),
        isDatabase: system.engine === 'postgres' || system.engine === 'mysql',
        mapVersion: system.mapVersion,
        hasScanRole: system.hasScanRole,
        personal: tables.filter((table) => table.personal).length,
        tables: tables.length,
        health: healthShape(health.get(system.id)),
      }
    }),
  }
}

export async function action({ request, context }: ActionFunctionArgs) {
  await requireStaff(request, context, 'systems.manage')
  const form = await deskForm(request, context)
  const row = await findSystem(context.runtime.db, form.get('system'))
  if (!row) throw new Response(null, { status: 404 })
  return { key: row.key, tested: await testSystem(context.runtime, row) }
}

export default function Systems() {
  const t = useTexts()
  const { mayManage, systems, disabled, removed, zone } = useLoaderData<typeof loader>()
  const result = useActionData<typeof action>()
  const tested = result?.tested
  return (
    <>
      <div className="page-head">
        <h1>{t('desk:systems.title')}</h1>
        <a href="/desk/register">{t('register:link')}</a>
        {mayManage ? <ButtonLink href="/desk/systems/new">{t('systems:add.title')}</ButtonLink> : null}
      </div>
      {removed ? (
        <div role="status">
          <Notice>
            <p>{t('systems:standing.removed', { key: removed })}</p>
          </Notice>
        </div>
      ) : null}
      {result && tested ? (
        <div role="status">
          <Notice tone={tested.ok ? 'plain' : 'error'}>
            <p>
              {tested.ok
                ? t('desk:systems.answers', { key: result.key, version: tested.version, count: tested.tables })
                : t('desk:systems.silent', { key: result.key, reason: tested.reason })}
            </p>
          </Notice>
        </div>
      ) : null}
      {systems.length === 0 ? (
        <div className="empty">
          <p>{t('desk:systems.empty')}</p>
          <p className="soft">{t('desk:systems.emptyHelp')}</p>
        </div>
      ) : (
        <div className="table-frame" role="region" aria-label={t('desk:systems.title')} tabIndex={0}>
          <table className="dense">
            <thead>
              <tr>
                {['key', 'engine', 'map', 'tables', 'scan'].map((column) => (
                  <th key={column} scope="col">
                    {t(`desk:systems.column.${column}`)}
                  </th>
                ))}
                <th scope="col">{t('systems:health.title')}</th>
                {mayManage ? <th scope="col">{t('desk:systems.column.test')}</th> : null}
              </tr>
            </thead>
            <tbody>
              {systems.map((system) => (
                <tr key={system.key}>
                  <th scope="row">
                    <a href={`/desk/systems/${system.key}`}>{system.key}</a>
                  </th>
                  <td>{t(`desk:engine.${system.engine}`)}</td>
                  <td>
                    {system.isDatabase && system.mapVersion === null
                      ? t('desk:systems.noMap')
                      : system.mapVersion === null
                        ? null
                        : t('desk:systems.mapVersion', { version: system.mapVersion })}
                  </td>
                  <td>
                    {system.mapVersion === null
                      ? null
                      : t('desk:systems.personal', { personal: system.personal, count: system.tables })}
                  </td>
                  <td>
                    {system.isDatabase
                      ? t(system.hasScanRole ? 'desk:systems.scanRole' : 'desk:systems.noScanRole')
                      : system.name}
                  </td>
                  <td>{system.byHand ? null : <HealthWords health={system.health} zone={zone} />}</td>
                  {mayManage && system.byHand ? <td /> : null}
                  {mayManage && !system.byHand ? (
                    <td>
                      <form method="post">
                        <Csrf />
                        <button className="link-button" name="system" value={system.key}>
                          {t('desk:systems.test')}
                        </button>
                      </form>
                    </td>
                  ) : null}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {disabled.length > 0 ? (
        <section>
          <h2>{t('systems:standing.off')}</h2>
          <ul>
            {disabled.map(({ key }) => (
              <li key={key}>
                <a href={`/desk/systems/${key}`}>{key}</a>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  )
}
