import { TextArea } from '~/ui/field'
import { useTexts } from '~/ui/language'
import type { CaseHead } from '../case.server'
import type { OwnWordsSent } from '../own-words.server'
import { ActionPage } from './action-page'
import { MailPreview, PreviewButton } from './mail-preview'
import { SnippetPicker } from './snippet-picker'

type OwnWordsPageProps = {
  head: CaseHead
  sent: OwnWordsSent | undefined
  field: string
  doing: string
  lead: string
  label: string
  hint?: string
  button: string
  look?: 'primary' | 'danger'
  rows?: number
  snippets?: { id: string; title: string }[]
}

/** A page on which staff tell the data subject something in own words, and see the mail before it goes. */
export function OwnWordsPage({ head, sent, field, doing, lead, label, button, ...rest }: OwnWordsPageProps) {
  const t = useTexts()
  const { hint, look = 'primary', rows = 6, snippets = [] } = rest
  return (
    <ActionPage
      head={head}
      doing={doing}
      problem={sent?.problem}
      button={button}
      look={look}
      after={<MailPreview preview={sent?.preview} />}
    >
      <p>{lead}</p>
      <TextArea
        name={field}
        label={label}
        hint={hint}
        value={sent?.typed}
        error={sent?.wrong ? t('desk:problem.too_short') : undefined}
        rows={rows}
        maxLength={10_000}
        required
      />
      <SnippetPicker snippets={snippets} />
      <PreviewButton />
    </ActionPage>
  )
}
