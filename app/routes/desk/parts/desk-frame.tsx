import { useLocation } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'
import { CaseNews } from './case-news'
import { DeskKeys } from './desk-keys'
import type { SectionName } from './sections'

type FrameProps = {
  organisation: string
  name: string
  role: string
  sections: SectionName[]
  demo: boolean
  zone: string
  /** Up to where the page knows the case that it is about. */
  seen: { reference: string; entry: string } | null
  children: ReactNode
}

/** What stands around every page of the desk: where one is, who one is, the search, and the keys. */
export function DeskFrame({ organisation, name, role, sections, demo, zone, seen, children }: FrameProps) {
  const t = useTexts()
  const { pathname } = useLocation()
  const isHere = (section: SectionName) =>
    pathname.startsWith(`/desk/${section}`) || (section === 'queue' && pathname.startsWith('/desk/requests'))
  return (
    <div className="desk">
      <a className="skip-link" href="#main">
        {t('desk:frame.skip')}
      </a>
      {demo ? (
        <aside className="demo-banner" aria-label={t('desk:frame.demo')}>
          {t('common:demo')}
        </aside>
      ) : null}
      <header className="desk-head">
        <a className="desk-brand" href="/desk/queue">
          {organisation}
        </a>
        <form className="desk-search" role="search" action="/desk/queue" method="get">
          <input
            className="input"
            type="search"
            name="q"
            aria-label={t('desk:frame.search')}
            placeholder={t('desk:frame.search')}
            maxLength={400}
            data-key-search
          />
        </form>
        <div className="desk-me">
          <a href="/desk/account">
            {name} <span className="soft">({t(`desk:role.${role}`)})</span>
          </a>
          <form method="post" action="/desk/logout">
            <Csrf />
            <button className="link-button" type="submit">
              {t('desk:frame.signOut')}
            </button>
          </form>
        </div>
        <nav aria-label={t('desk:frame.sections')}>
          <ul className="desk-nav">
            {sections.map((section) => (
              <li key={section}>
                <a href={`/desk/${section}`} aria-current={isHere(section) ? 'page' : undefined}>
                  {t(`desk:nav.${section}`)}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      </header>
      <main id="main" className="desk-main" tabIndex={-1}>
        {children}
      </main>
      {seen ? <CaseNews {...seen} zone={zone} /> : null}
      <DeskKeys />
    </div>
  )
}
