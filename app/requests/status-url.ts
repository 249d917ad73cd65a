/** Where a data subject follows a request; reaching it takes a code. */
export function statusUrl(
  { publicUrl }: { publicUrl: string },
  { language, reference }: { language: string; reference: string },
): string {
  return `${publicUrl}/${language}/requests/${reference}`
}
