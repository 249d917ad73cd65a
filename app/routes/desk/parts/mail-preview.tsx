import { useTexts } from '~/ui/language'

/** Shows the mail instead of sending it; a second button of the same form. */
export function PreviewButton() {
  const t = useTexts()
  return (
    <p>
      <button className="button button-quiet" name="intent" value="preview">
        {t('desk:preview.button')}
      </button>
    </p>
  )
}

/** What the data subject will be told, before it goes. */
export function MailPreview({ preview }: { preview: { subject: string; text: string } | null | undefined }) {
  const t = useTexts()
  if (!preview) return null
  return (
    <section className="mail-preview" aria-labelledby="preview-title">
      <h2 id="preview-title">{t('desk:preview.title')}</h2>
      <p>
        <strong>{preview.subject}</strong>
      </p>
      <pre tabIndex={0} aria-labelledby="preview-title">
        {preview.text}
      </pre>
    </section>
  )
}
