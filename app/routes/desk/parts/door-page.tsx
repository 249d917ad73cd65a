import type { ReactNode } from 'react'
import { useTexts } from '~/ui/language'

/** Pages before somebody is signed in: one narrow column. */
export function DoorPage({
  organisation,
  title,
  demo,
  children,
}: {
  organisation: string
  title: string
  demo: boolean
  children: ReactNode
}) {
  const t = useTexts()
  return (
    <div className="desk">
      {demo ? (
        <aside className="demo-banner" aria-label={t('desk:frame.demo')}>
          {t('common:demo')}
        </aside>
      ) : null}
      <main className="door">
        <p className="door-organisation">{organisation}</p>
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  )
}
