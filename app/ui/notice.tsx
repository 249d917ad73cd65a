import type { ReactNode } from 'react'

/** A sentence or two that stand apart. The words say what it is; the colour only repeats it. */
export function Notice({ tone = 'plain', children }: { tone?: 'plain' | 'warning' | 'error'; children: ReactNode }) {
  return <div className={tone === 'plain' ? 'notice' : `notice notice-${tone}`}>{children}</div>
}
