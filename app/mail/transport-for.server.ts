import type { Runtime } from '~/platform/runtime.server'
import type { Transport } from './transports/transport'

/** The way out that the settings choose. Absent means the development mailbox, which production refuses. */
export async function transportFor({ settings, clock }: Pick<Runtime, 'settings' | 'clock'>): Promise<Transport> {
  switch (settings.MAIL_TRANSPORT) {
    case 'resend': {
      const { resendTransport } = await import('./transports/resend.server')
      return resendTransport({ apiKey: needed(settings.RESEND_API_KEY, 'RESEND_API_KEY') })
    }
    case 'smtp': {
      const { smtpTransport } = await import('./transports/smtp.server')
      return smtpTransport(needed(settings.SMTP_URL, 'SMTP_URL'))
    }
    case 'mailbox':
    case undefined: {
      if (settings.NODE_ENV === 'production') throw new Error('MAIL_TRANSPORT=mailbox is not for production')
      const { mailboxTransport } = await import('./transports/mailbox.server')
      return mailboxTransport(clock)
    }
  }
}

function needed(value: string | undefined, name: string): string {
  if (!value) throw new Error(`${name} is missing`)
  return value
}
