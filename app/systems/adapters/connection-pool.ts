/** A bounded pool of connections: who finds all of them taken waits in line. */
export interface ConnectionPool<C> {
  take(): Promise<C>
  give(connection: C): void
  /** Closes a connection, idle or taken; when it is taken `give` then forgets it. */
  drop(connection: C): void
  close(): Promise<void>
}

export function connectionPool<C>(of: {
  max: number
  open: () => Promise<C>
  close: (connection: C) => void
}): ConnectionPool<C> {
  const idle: C[] = []
  const dropped = new Set<C>()
  const waiting: { resolve: (connection: C) => void; reject: (error: unknown) => void }[] = []
  let taken = 0

  async function take(): Promise<C> {
    const free = idle.pop()
    if (free !== undefined) {
      taken += 1
      return free
    }
    if (taken >= of.max) return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    taken += 1
    try {
      return await of.open()
    } catch (error) {
      taken -= 1
      serveNext()
      throw error
    }
  }

  function serveNext(): void {
    const next = waiting.shift()
    if (next) take().then(next.resolve, next.reject)
  }

  return {
    take,
    give(connection) {
      taken -= 1
      if (!dropped.delete(connection)) idle.push(connection)
      serveNext()
    },
    drop(connection) {
      if (dropped.has(connection)) return
      const at = idle.indexOf(connection)
      if (at >= 0) idle.splice(at, 1)
      else dropped.add(connection)
      of.close(connection)
    },
    close: () => {
      for (const connection of idle.splice(0)) of.close(connection)
      return Promise.resolve()
    },
  }
}
