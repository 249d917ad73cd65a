import { useEffect, useState } from 'react'
import { useTexts } from '~/ui/language'
import { momentInWords } from '~/ui/dates'
import type { Meanwhile } from '~/requests/changed-since.server'
import { useQueueNews } from './queue-news'
import { whoInWords } from './timeline'

type CaseNewsProps = { reference: string; entry: string; zone: string }

/** Says on every page about a case that somebody else changed it since it was read. What is typed stays: nothing reloads by itself. */
export function CaseNews({ reference, entry, zone }: CaseNewsProps) {
  const t = useTexts()
  const [change, setChange] = useState<Meanwhile | null>(null)
  const [asked, setAsked] = useState(0)
  useQueueNews((news) => {
    if (news === 'missed' || news.some((one) => one.reference === reference)) setAsked((count) => count + 1)
  })
  useEffect(() => {
    if (asked > 0) void fetchChange(reference, entry).then((found) => found && setChange(found))
  }, [asked, reference, entry])
  return (
    <div className="live-bar" role="status" hidden={!change}>
      {change ? (
        <>
          <span>
            {t('live:case.changed', {
              who: whoInWords(change, t),
              at: momentInWords(change.at, zone, t),
            })}
          </span>
          <a className="button" href={`/desk/requests/${reference}`} target="_blank" rel="noopener">
            {t('live:case.look')}
          </a>
        </>
      ) : null}
    </div>
  )
}

async function fetchChange(reference: string, entry: string): Promise<Meanwhile | null> {
  try {
    const response = await fetch(`/desk/requests/${reference}/news?entry=${entry}`, { redirect: 'error' })
    return response.ok ? ((await response.json()) as { change: Meanwhile | null }).change : null
  } catch {
    // Offline, or signed out.
    return null
  }
}
