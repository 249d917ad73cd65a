import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'
import { useRef, useState, useSyncExternalStore } from 'react'
import type { ReactNode } from 'react'
import { Button } from '~/ui/button'
import { Csrf } from '~/ui/csrf'
import { useTexts } from '~/ui/language'

type PasskeyFormProps = {
  /** Where both posts go: `intent=options` answers JSON, `intent=passkey` takes what the browser signed. */
  action: string
  button: string
  /** Makes a passkey instead of using one. */
  adds?: boolean
  children?: ReactNode
}

const never = () => () => undefined
const hasPasskeys = () => 'PublicKeyCredential' in window

/** A button that speaks to the browser's passkeys. Without scripts, or without passkeys, it is not there. */
export function PasskeyForm({ action, button, adds = false, children }: PasskeyFormProps) {
  const t = useTexts()
  const form = useRef<HTMLFormElement>(null)
  const response = useRef<HTMLInputElement>(null)
  const [failed, setFailed] = useState(false)
  const isThere = useSyncExternalStore(never, hasPasskeys, () => false)
  const speak = async () => {
    if (!form.current || !response.current) return
    const asked = new URLSearchParams({ intent: 'options' })
    asked.set('csrf', String(new FormData(form.current).get('csrf')))
    try {
      const { startAuthentication, startRegistration } = await import('@simplewebauthn/browser')
      const answer = await fetch(action, { method: 'POST', body: asked })
      if (!answer.ok) throw new Error('refused')
      const options: unknown = await answer.json()
      // Our own server made them, in just the shape that the browser's half of the same library takes.
      const made = adds
        ? await startRegistration({ optionsJSON: options as PublicKeyCredentialCreationOptionsJSON })
        : await startAuthentication({ optionsJSON: options as PublicKeyCredentialRequestOptionsJSON })
      response.current.value = JSON.stringify(made)
      form.current.submit()
    } catch {
      // Cancelled, timed out, or none on this device: the other ways are still there.
      setFailed(true)
    }
  }
  if (!isThere) return null
  return (
    <form method="post" action={action} ref={form} data-passkey={adds ? 'add' : 'use'}>
      <Csrf />
      <input type="hidden" name="intent" value="passkey" />
      <input type="hidden" name="response" ref={response} />
      {children}
      {failed ? <p role="alert">{t('staff:passkey.failed')}</p> : null}
      <Button type="button" look="quiet" onClick={() => void speak()}>
        {button}
      </Button>
    </form>
  )
}
