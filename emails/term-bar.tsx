import { Text } from 'react-email'
import { Temporal } from 'temporal-polyfill'
import { colours, small } from './look'
import type { Words } from './words'

/**
 * The term of a request from receipt to due date, as plain table cells with a mark for today, and the same in a
 * sentence. Days are ISO 8601.
 */
export function TermBar({ words, receivedOn, dueOn }: { words: Words; receivedOn: string; dueOn: string }) {
  const { t, shortDay, sender, today } = words
  const start = Temporal.PlainDate.from(receivedOn)
  const end = Temporal.PlainDate.from(dueOn)
  const length = Math.max(1, start.until(end).days)
  const left = Math.max(0, Math.min(length, today.until(end).days))
  const done = Math.round(((length - left) / length) * 100)
  const mark = { height: '12px', fontSize: '0', lineHeight: '0' }
  const sentence = t('term', { received: shortDay(receivedOn), due: shortDay(dueOn), count: left })
  return (
    <>
      <table
        role="presentation"
        width="100%"
        cellPadding="0"
        cellSpacing="0"
        data-skip-in-text="true"
        style={{ border: `1px solid ${colours.line}`, margin: '0 0 4px' }}
      >
        <tbody>
          <tr>
            {done > 0 && <td width={`${done}%`} style={{ ...mark, backgroundColor: sender.accent }} />}
            <td width="3" style={{ ...mark, backgroundColor: colours.ink, width: '3px' }} />
            {done < 100 && <td style={{ ...mark, backgroundColor: colours.track }} />}
          </tr>
        </tbody>
      </table>
      <Text style={{ ...small, margin: '0 0 24px' }}>{sentence}</Text>
    </>
  )
}
