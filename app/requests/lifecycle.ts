/** The states of a request (design.md "A request's life"). */
export const states = [
  'unverified',
  'received',
  'in_progress',
  'awaiting_subject',
  'awaiting_approval',
  'executing',
  'completed',
  'partially_completed',
  'refused',
  'withdrawn',
  'duplicate',
  'not_a_request',
  'expired',
] as const
export type RequestState = (typeof states)[number]

/** States in which the clock runs and somebody has work. */
export const openStates = [
  'received',
  'in_progress',
  'awaiting_subject',
  'awaiting_approval',
  'executing',
] as const satisfies RequestState[]

export function isOpen(state: RequestState): boolean {
  return (openStates as readonly RequestState[]).includes(state)
}

export type Mover = 'subject' | 'agent' | 'approver' | 'admin' | 'system'
const desk = ['agent', 'admin'] as const satisfies Mover[]
const anyOpenButExecuting = [
  'received',
  'in_progress',
  'awaiting_subject',
  'awaiting_approval',
] as const satisfies RequestState[]

export type Move = { from: readonly RequestState[]; to: RequestState; by: readonly Mover[] }

/**
 * Every allowed move and who may make it. Nothing else decides what a request may become; a move that is not listed
 * here does not exist.
 */
export const moves = {
  confirm: { from: ['unverified'], to: 'received', by: ['subject', 'system', ...desk] },
  revive: { from: ['expired'], to: 'received', by: ['subject'] },
  stop_marketing: { from: ['unverified', 'received'], to: 'executing', by: ['subject', 'system'] },
  expire: { from: ['unverified'], to: 'expired', by: ['system'] },
  start: { from: ['received'], to: 'in_progress', by: [...desk, 'system'] },
  ask: { from: ['in_progress'], to: 'awaiting_subject', by: desk },
  answer: { from: ['awaiting_subject'], to: 'in_progress', by: ['subject', ...desk, 'system'] },
  submit_plan: { from: ['in_progress'], to: 'awaiting_approval', by: desk },
  return_plan: { from: ['awaiting_approval'], to: 'in_progress', by: ['approver', ...desk, 'system'] },
  execute: { from: ['awaiting_approval'], to: 'executing', by: [...desk, 'system'] },
  execute_without_approval: { from: ['in_progress'], to: 'executing', by: [...desk, 'system'] },
  replan: { from: ['executing'], to: 'in_progress', by: ['system', ...desk] },
  follow_up: { from: ['executing'], to: 'awaiting_approval', by: desk },
  complete_execution: { from: ['executing'], to: 'completed', by: ['system', ...desk] },
  complete_partially: { from: ['executing'], to: 'partially_completed', by: desk },
  complete: { from: ['in_progress'], to: 'completed', by: [...desk, 'system'] },
  refuse: { from: anyOpenButExecuting, to: 'refused', by: desk },
  withdraw: { from: ['unverified', ...anyOpenButExecuting], to: 'withdrawn', by: ['subject', ...desk] },
  merge: { from: anyOpenButExecuting, to: 'duplicate', by: desk },
  dismiss: { from: anyOpenButExecuting, to: 'not_a_request', by: desk },
  reopen: { from: ['completed', 'refused', 'partially_completed'], to: 'in_progress', by: desk },
} as const satisfies Record<string, Move>

export type MoveName = keyof typeof moves

export type MoveRefusal = 'not_from_here' | 'not_yours'

/** May `mover` make this move from this state? Says why not. */
export function judgeMove(
  name: MoveName,
  state: RequestState,
  mover: Mover,
): { ok: true; to: RequestState } | { ok: false; reason: MoveRefusal } {
  const move: Move = moves[name]
  if (!move.from.includes(state)) return { ok: false, reason: 'not_from_here' }
  if (!move.by.includes(mover)) return { ok: false, reason: 'not_yours' }
  return { ok: true, to: move.to }
}

/** The moves that are open to `mover` now, for buttons. */
export function movesOpenTo(state: RequestState, mover: Mover): MoveName[] {
  return (Object.keys(moves) as MoveName[]).filter((name) => judgeMove(name, state, mover).ok)
}
