import { describe, expect, it } from 'vitest'
import { mayTouch, type ActiveHold, type Touch, type TouchCause } from '~/holds/may-touch'

const touch = (more: Partial<Touch> = {}): Touch => ({
  cause: 'erasure',
  requestId: 'own',
  requests: [],
  uncollected: [],
  holds: [],
  due: false,
  ...more,
})
const hold = (more: Partial<ActiveHold> = {}): ActiveHold => ({
  id: 'h',
  kind: 'hold',
  scope: 'person',
  requestId: null,
  systemKey: null,
  table: null,
  ...more,
})
const other = (kind: string) => ({ id: 'other', reference: 'AVG-2026-AAAAAA', kind })

describe('may this row be touched now', () => {
  it.each<[TouchCause, string, boolean]>([
    ['erasure', 'access', false],
    ['erasure', 'portability', false],
    ['erasure', 'rectification', true],
    ['erasure', 'erasure', true],
    ['retention', 'access', false],
    ['retention', 'rectification', false],
    ['deferred', 'erasure', false],
    ['objection', 'access', true],
    ['restriction', 'access', true],
  ])('%s beside an open verified %s request: %s', (cause, kind, ok) => {
    expect(mayTouch(touch({ cause, requests: [other(kind)] })).ok).toBe(ok)
  })

  it.each<[TouchCause, boolean, boolean]>([
    ['erasure', false, false],
    ['consent_withdrawal', false, false],
    ['erasure', true, true],
    ['retention', false, true],
    ['objection', false, true],
  ])('%s beside a copy that waits to be collected, own date come: %s: %s', (cause, due, ok) => {
    expect(mayTouch(touch({ cause, due, uncollected: [{ id: 'o', reference: 'AVG-2026-AAAAAA' }] })).ok).toBe(ok)
  })

  it('is not blocked by the request that asks', () => {
    expect(mayTouch(touch({ requests: [{ ...other('access'), id: 'own' }] })).ok).toBe(true)
  })

  it('does not wait for access past its own due date', () => {
    expect(mayTouch(touch({ requests: [other('access')], due: true })).ok).toBe(true)
  })

  it.each<TouchCause>(['erasure', 'follow_up', 'retention', 'deferred'])(
    '%s is blocked by a hold and by a restriction',
    (cause) => {
      for (const kind of ['hold', 'restriction'] as const)
        expect(mayTouch(touch({ cause, holds: [hold({ kind })] }))).toMatchObject({
          ok: false,
          blockedBy: [{ by: kind }],
        })
    },
  )

  it('keeps the rows of a held table and touches the rest', () => {
    expect(mayTouch(touch({ holds: [hold({ scope: 'table', systemKey: 'crm', table: 'invoices' })] }))).toEqual({
      ok: true,
      held: [{ system: 'crm', table: 'invoices' }],
    })
  })
})
