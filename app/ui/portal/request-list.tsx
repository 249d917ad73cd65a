import type { SubjectRequest } from '~/requests/subject-view.server'
import { useLanguage, useTexts } from '../language'
import { TermBar } from '../term-bar'
import { termSentence } from '../term-sentence'
import { askedInWords } from './asked-in-words'

/** The requests of one person, each with its term. */
export function RequestList({ requests }: { requests: SubjectRequest[] }) {
  const t = useTexts()
  const language = useLanguage()
  return (
    <ul className="request-list">
      {requests.map((request) => (
        <li key={request.reference}>
          <h2 className="request-list-title">
            <a href={`/${language}/requests/${request.reference}`}>{askedInWords(request, t)}</a>
          </h2>
          <p className="request-list-state">
            <span className="reference">{request.reference}</span> · {t(`status:state.${request.state}`)}
          </p>
          <TermBar size="row" {...request.term} decorative />
          <p className="term-sentence">{termSentence(request.term, t)}</p>
        </li>
      ))}
    </ul>
  )
}
