import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'
import { equalBytes } from '~/platform/keys.server'
import type { Runtime } from '~/platform/runtime.server'
import type { QueuePlace } from '~/requests/queue-views'
import { Problem } from './problem.server'

type Keys = Pick<Runtime, 'keys'>
const shape = z.tuple([z.iso.date(), z.uuid()])
const sign = ({ keys }: Keys, body: string) => Buffer.from(keys.hmac('signing', `cursor:${body}`)).toString('base64url')

/** Where the next page begins, signed: nobody can make one by hand. */
export function encodeCursor(runtime: Keys, place: QueuePlace): string {
  const body = Buffer.from(JSON.stringify([place.dueOn.toString(), place.id])).toString('base64url')
  return `${body}.${sign(runtime, body)}`
}

/** Throws Problem 400 for a cursor that we did not make. */
export function decodeCursor(runtime: Keys, cursor: string): QueuePlace {
  const [body = '', mark = ''] = cursor.split('.')
  if (!equalBytes(Buffer.from(mark), Buffer.from(sign(runtime, body)))) throw new Problem('invalid-cursor')
  const [dueOn, id] = shape.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')))
  return { dueOn: Temporal.PlainDate.from(dueOn), id }
}
