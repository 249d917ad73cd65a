import type { LookedAtFinding } from '~/erasure/residue/look.server'
import { useTexts } from '~/ui/language'

/** Rows of a finding with what stands around it; all that may be somebody's is masked. */
export function FoundRows({ found, here }: { found: LookedAtFinding; here: string }) {
  const t = useTexts()
  const next = found.from + found.shown.length
  return (
    <>
      <ol className="found-rows" start={found.from + 1}>
        {found.shown.map(({ key, excerpts }, at) => (
          <li key={found.from + at}>
            <span className="soft">{t('residue:row', { key: key.join(', ') })}</span>
            {excerpts === null ? (
              <p>{t('residue:gone')}</p>
            ) : (
              excerpts.map((parts, i) => (
                <blockquote key={i}>
                  …{' '}
                  {parts.map((part, n) =>
                    part.hit ? <mark key={n}>{part.text}</mark> : <span key={n}>{part.text}</span>,
                  )}{' '}
                  …
                </blockquote>
              ))
            )}
          </li>
        ))}
      </ol>
      {next < found.known ? (
        <p>
          <a href={`${here}?from=${String(next)}`}>{t('residue:more', { count: found.known - next })}</a>
        </p>
      ) : null}
      {found.known < found.rows ? <p className="soft">{t('residue:first', { count: found.known })}</p> : null}
    </>
  )
}
