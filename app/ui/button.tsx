import type { ButtonHTMLAttributes, ReactNode } from 'react'

type Look = 'primary' | 'quiet' | 'danger'

const classOf: Record<Look, string> = {
  primary: 'button',
  quiet: 'button button-quiet',
  danger: 'button button-danger',
}

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & { look?: Look }

export function Button({ look = 'primary', type = 'submit', ...button }: ButtonProps) {
  return <button type={type} className={classOf[look]} {...button} />
}

/** A link that leads to the next step and looks like a button. */
export function ButtonLink({ look = 'primary', href, children }: { look?: Look; href: string; children: ReactNode }) {
  return (
    <a className={classOf[look]} href={href}>
      {children}
    </a>
  )
}
