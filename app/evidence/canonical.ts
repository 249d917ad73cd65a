/** What a canonical text can be made of: plain JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined }

/**
 * One text for one value, whatever the order of its members: members sorted by UTF-16 code units, no white space, members
 * that are undefined left out (RFC 8785 for the numbers that evidence holds: counts and ids).
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  let members = ''
  // Without a comparison of its own `sort` goes by UTF-16 code units.
  for (const name of Object.keys(value).sort()) {
    const member = value[name]
    if (member !== undefined) members += `${members && ','}${JSON.stringify(name)}:${canonicalJson(member)}`
  }
  return `{${members}}`
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
