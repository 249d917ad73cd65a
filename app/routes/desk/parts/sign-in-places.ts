/** Where a right password leads: in, to the second factor, or to setting one up. */
export function placeOfStep(step: 'desk' | 'second' | 'enrolment', next: string): string {
  if (step === 'desk') return next
  const page = step === 'second' ? '/desk/login/second' : '/desk/login/enrolment'
  return next === '/desk' ? page : `${page}?next=${encodeURIComponent(next)}`
}
