/** What a call of the API can be answered with besides success; each has one status and one title. */
const problems = {
  'invalid-request': [400, 'The request is not valid'],
  'invalid-json': [400, 'The body is not JSON'],
  'invalid-cursor': [400, 'The cursor is not one of ours'],
  unsigned: [401, 'This answer is not signed by a system that was asked'],
  unauthorised: [401, 'A valid bearer token is needed'],
  forbidden: [403, 'This token may not do that'],
  'verified-scope-missing': [403, 'Stating an identity needs the scope requests:verified'],
  'same-person': [403, 'Whoever made the plan does not approve it'],
  'not-found': [404, 'There is nothing at this address'],
  'method-not-allowed': [405, 'This address does not take that method'],
  'ambiguous-subject': [409, 'Several persons carry these identifiers: choose with "subjects"'],
  'unfounded-choice': [409, 'A chosen row is not found by what is proven of the person'],
  'identity-open': [409, 'Who the person is has not been proven yet'],
  'authority-open': [409, 'It is not on record that whoever filed it may act for the data subject'],
  'identity-contested': [409, 'Somebody with an address on file says that the request is not theirs'],
  'contact-changed': [409, 'A contact detail of the person is new: nothing is released for 48 hours'],
  'hash-mismatch': [409, 'The hash is not that of the present plan'],
  'no-plan': [409, 'There is no plan that waits for this'],
  'not-approved': [409, 'The plan has not been approved'],
  undecided: [409, 'The plan has open decisions'],
  blocked: [409, 'A hold, a restriction or another request stands in the way'],
  obstacles: [409, 'The plan can not be carried out as it stands'],
  'system-unavailable': [409, 'A connected system could not be read'],
  'wrong-state': [409, 'The request is not in a state that allows this'],
  'wrong-kind': [409, 'A request of this kind has no such thing'],
  'package-not-released': [409, 'The package has not been released'],
  'too-large': [413, 'The body is larger than 256 KB'],
  'not-json': [415, 'The body has to be application/json'],
  'key-reused': [422, 'This Idempotency-Key was used for another call'],
  'too-many': [429, 'Too many calls'],
  unexpected: [500, 'Something went wrong on our side'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemName = keyof typeof problems

export type FieldError = { field: string; message: string }

export function problemBody(name: ProblemName, more: Record<string, unknown> = {}) {
  const [status, title] = problems[name]
  return { type: `/api/problems/${name}`, title, status, ...more }
}

export function statusOf(name: ProblemName): number {
  return problems[name][0]
}

/** An answer by RFC 9457. `more`: members of its own, such as `errors`; never a value that was sent. */
export function problem(name: ProblemName, more: Record<string, unknown> = {}, headers: HeadersInit = {}): Response {
  return new Response(JSON.stringify(problemBody(name, more)), {
    status: statusOf(name),
    headers: { 'Content-Type': 'application/problem+json', ...Object.fromEntries(new Headers(headers)) },
  })
}

/** Ends a call from anywhere in a handler. */
export class Problem extends Error {
  override readonly name = 'Problem'
  constructor(
    readonly problem: ProblemName,
    readonly more: Record<string, unknown> = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(problem)
  }
}
