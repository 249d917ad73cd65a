import { inTransaction, type Runtime } from '~/platform/runtime.server'
import { isOpen, type RequestState } from '~/requests/lifecycle'
import { lockRequest } from '~/requests/move.server'
import { openOutsideTask } from '~/requests/outside/open-task.server'
import { listSystems } from '~/systems/registry.server'
import { byHandTask, everyRecipient, listedPlaces } from './places.server'

/**
 * Gives out what people have to look up (access, portability) or correct (rectification) for a case: in every system that
 * goes by hand, and in every place that is only listed. A service behind a webhook gives its part of a package by itself, but
 * corrects nothing. Once something was corrected, whoever got the data before has to hear it (GDPR art. 19). May run again:
 * what is out is left alone.
 */
export async function handOutLooks(runtime: Runtime, requestId: string): Promise<void> {
  const engines = (kind: string) => (kind === 'rectification' ? ['manual', 'webhook'] : ['manual'])
  const systems = await listSystems(runtime.db)
  const places = await listedPlaces(runtime)
  const recipients = await everyRecipient(runtime)
  await inTransaction(runtime, async (tx) => {
    const request = await lockRequest(tx, requestId)
    if (request?.kind === 'rectification' && request.state === 'completed')
      for (const task of recipients)
        await openOutsideTask(tx, runtime, { ...task, request, runId: null, cause: request.kind })
    if (!request?.verifiedAt || !isOpen(request.state as RequestState)) return
    const byHand = systems.filter(({ engine }) => engines(request.kind).includes(engine)).map(byHandTask)
    for (const task of [...byHand, ...places])
      await openOutsideTask(tx, runtime, { ...task, request, runId: null, cause: request.kind })
  })
}
