import { openApiDocument } from './openapi-document.server'

/** Open to everybody: it says what can be asked, nothing of anybody. */
export function loader() {
  return Response.json(openApiDocument())
}
