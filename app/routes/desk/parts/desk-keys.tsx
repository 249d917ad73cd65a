import { useEffect, useRef } from 'react'
import { useTexts } from '~/ui/language'

const keys = ['j', 'k', 'enter', 'a', 'search', 'help'] as const

/** Keys for who works the queue all day: an addition to links and forms that do the same without script. */
export function DeskKeys() {
  const t = useTexts()
  const help = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
      if (event.key === 'j') moveInRows(1)
      else if (event.key === 'k') moveInRows(-1)
      else if (event.key === 'a') openFrom('[data-key-assign]')
      else if (event.key === '/') document.querySelector<HTMLInputElement>('[data-key-search]')?.focus()
      else if (event.key === '?') help.current?.showModal()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <dialog ref={help} className="keys-help" aria-labelledby="keys-help-title">
      <h2 id="keys-help-title">{t('desk:keys.title')}</h2>
      <dl>
        {keys.map((key) => (
          <div key={key}>
            <dt>
              <kbd>{t(`desk:keys.${key}.key`)}</kbd>
            </dt>
            <dd>{t(`desk:keys.${key}.does`)}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button className="button button-quiet">{t('desk:keys.close')}</button>
      </form>
    </dialog>
  )
}

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && target.type === 'checkbox') return false
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}

/** The links of the rows are the places: focus moves over them, Enter follows the link as everywhere. */
function moveInRows(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLAnchorElement>('[data-key-row]')]
  const here = rows.findIndex((row) => row === document.activeElement)
  rows[here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + by))]?.focus()
}

/** The assign page of the row that has the focus, else of the case on the page. */
function openFrom(selector: string): void {
  const row = document.activeElement?.closest('tr')
  const link =
    row?.querySelector<HTMLAnchorElement>(selector) ??
    document.querySelector<HTMLAnchorElement>(`main aside ${selector}`)
  link?.click()
}
