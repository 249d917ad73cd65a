import type { MapProblem } from '~/systems/data-map'
import { useTexts } from '~/ui/language'

/** What the check found, with line and column; the check itself speaks English, as the file does. */
export function MapFindings({
  problems,
  warnings,
}: {
  problems: readonly MapProblem[]
  warnings: readonly MapProblem[]
}) {
  const t = useTexts()
  const lists = [
    ['problems', problems],
    ['warnings', warnings],
  ] as const
  return (
    <>
      {lists.map(([name, found]) =>
        found.length === 0 ? null : (
          <section key={name}>
            <h2>{t(`systems:map.${name}`, { count: found.length })}</h2>
            <ol lang="en">
              {found.map((each, place) => (
                <li key={place}>
                  {each.line === null ? null : (
                    <span className="soft">
                      {t('systems:map.place', { line: each.line, column: each.column ?? 1 })}{' '}
                    </span>
                  )}
                  {each.message} {each.mend}
                </li>
              ))}
            </ol>
          </section>
        ),
      )}
    </>
  )
}
