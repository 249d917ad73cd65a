/** Every other address under a language: the portal's own page that it does not exist. */
export function loader(): never {
  throw new Response(null, { status: 404 })
}

export function action(): never {
  throw new Response(null, { status: 404 })
}

/** Never drawn itself; without it the answer would be no page. */
export default function NotFound() {
  return null
}
