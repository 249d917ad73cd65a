import type { LinksFunction } from '@remix-run/node'
import desk from '~/ui/desk.css?url'
import forms from '~/ui/forms.css?url'
import term from '~/ui/term-bar.css?url'
import tokens from '~/ui/tokens.css?url'

export const deskLinks: LinksFunction = () =>
  [tokens, '/theme.css', forms, term, desk].map((href) => ({ rel: 'stylesheet', href }))
