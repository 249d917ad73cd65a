import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { Outlet, isRouteErrorResponse, useLoaderData, useRouteError } from '@remix-run/react'
import { readOrganisation } from '~/platform/organisation.server'
import { knownOf } from '~/requests/changed-since.server'
import { may } from '~/staff/permissions'
import { requireStaff } from '~/staff/require-staff.server'
import { useTexts } from '~/ui/language'
import { DeskFrame } from './parts/desk-frame'
import { deskLinks } from './parts/desk-links'
import { sections } from './parts/sections'

export const links = deskLinks
export const handle = { scripts: true }

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { staff } = await requireStaff(request, context, 'account.own')
  const organisation = await readOrganisation(context.runtime.db)
  return {
    organisation: organisation['organisation.name'],
    name: staff.name,
    role: staff.role,
    sections: sections.filter((section) => may(staff.role, section.permission)).map((section) => section.name),
    demo: context.runtime.demo,
    zone: organisation['organisation.zone'],
    seen: params['reference'] ? await knownOf(context.runtime, params['reference']) : null,
  }
}

/** Pages without a title of their own have the case's reference, or the organisation's name. */
export const meta: MetaFunction<typeof loader> = ({ data, params }) => [
  { title: params['reference'] ?? data?.organisation ?? 'Privacybalie' },
]

export default function DeskLayout() {
  return (
    <DeskFrame {...useLoaderData<typeof loader>()}>
      <Outlet />
    </DeskFrame>
  )
}

const known: Record<number, string> = {
  400: 'badRequest',
  403: 'forbidden',
  404: 'notFound',
  413: 'tooLarge',
  429: 'tooMany',
}

export function ErrorBoundary() {
  const t = useTexts()
  const error = useRouteError()
  const key = (isRouteErrorResponse(error) && known[error.status]) || 'unexpected'
  return (
    <div className="desk">
      <main className="door" id="main">
        <h1>{t(`desk:failure.${key}.title`)}</h1>
        <p>{t(`desk:failure.${key}.text`)}</p>
        <p>
          <a href="/desk/queue">{t('desk:failure.back')}</a>
        </p>
      </main>
    </div>
  )
}
