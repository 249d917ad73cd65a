import type { ReactNode } from 'react'
import type { SubjectRequest } from '~/requests/subject-view.server'
import { dateInWords } from '../dates'
import { useTexts } from '../language'
import { RichText } from '../rich-text'
import { askedInWords } from './asked-in-words'

/** It arrived: what was asked, received on, answer by, what happens next, and how to come back. */
export function Receipt({ requests, signInUrl }: { requests: SubjectRequest[]; signInUrl: string }) {
  const t = useTexts()
  const isMarketing = requests.every(({ objectionTo }) => objectionTo === 'direct_marketing')
  return (
    <section className="receipt">
      <h1>{t('status:receipt.title', { count: requests.length })}</h1>
      {requests.map((request) => (
        <dl key={request.reference} className="facts">
          <Fact label={t('status:reference')}>
            <strong className="reference">{request.reference}</strong>
          </Fact>
          <Fact label={t('status:receipt.asked')}>{askedInWords(request, t)}</Fact>
          <Fact label={t('status:receipt.receivedOn')}>{dateInWords(request.term.receivedOn, t)}</Fact>
          <Fact label={t('status:receipt.answerBy')}>
            <strong>{dateInWords(request.term.dueOn, t)}</strong>
          </Fact>
        </dl>
      ))}
      <p>{t('status:receipt.text')}</p>
      <h2>{t('status:receipt.nextTitle')}</h2>
      <p>{t(isMarketing ? 'status:receipt.nextMarketing' : 'status:receipt.next')}</p>
      <h2>{t('status:receipt.backTitle')}</h2>
      <p>
        <RichText
          text="status:receipt.back"
          values={{ address: signInUrl.replace(/^https?:\/\//, '') }}
          href={signInUrl}
        />
      </p>
    </section>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
