import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { translatorFor } from '~/locales/translate'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { findSystem, listAppliedMaps, listSystems, testSystem } from '~/systems/registry.server'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { languageOfRequest } from '~/ui/language-of-request'
import { Notice } from '~/ui/notice'
import { deskForm } from './desk-form.server'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: data?.title ?? '' }]

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'systems.read')
  const { db } = context.runtime
  const maps = await listAppliedMaps(db)
  return {
    title: translatorFor(languageOfRequest(request))('desk:systems.title'),
    mayManage: may(staff.role, 'systems.manage'),
    systems: (await listSystems(db)).map((system) => {
      const applied = maps.find((one) => one.system.id === system.id)
      const tables = Object.values(applied?.map.tables ?? {})
      return {
        key: system.key,
        engine: system.engine,
        mapVersion: system.mapVersion,
        hasScanRole: system.hasScanRole,
        personal: tables.filter((table) => table.personal).length,
        tables: tables.length,
      }
    }),
  }
}

export async function action({ request, context }: ActionFunctionArgs) {
  await requireStaff(request, context, 'systems.manage')
  const form = await deskForm(request, context)
  const row = await findSystem(context.runtime.db, form.get('system'))
  if (!row) throw new Response(null, { status: 404 })
  const tested = await testSystem(context.runtime, row)
  return { key: row.key, tested }
}

export default function Systems() {
  const t = useTexts()
  const { mayManage, systems } = useLoaderData<typeof loader>()
  const result = useActionData<typeof action>()
  const tested = result?.tested
  return (
    <>
      <div className="page-head">
        <h1>{t('desk:systems.title')}</h1>
      </div>
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
                {mayManage ? <th scope="col">{t('desk:systems.column.test')}</th> : null}
              </tr>
            </thead>
            <tbody>
              {systems.map((system) => (
                <tr key={system.key}>
                  <th scope="row">{system.key}</th>
                  <td>{t(`desk:engine.${system.engine}`)}</td>
                  <td>
                    {system.mapVersion === null
                      ? t('desk:systems.noMap')
                      : t('desk:systems.mapVersion', { version: system.mapVersion })}
                  </td>
                  <td>
                    {system.mapVersion === null
                      ? null
                      : t('desk:systems.personal', { personal: system.personal, count: system.tables })}
                  </td>
                  <td>{t(system.hasScanRole ? 'desk:systems.scanRole' : 'desk:systems.noScanRole')}</td>
                  {mayManage ? (
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
    </>
  )
}
