import type { HTMLInputAutoCompleteAttribute, ReactNode } from 'react'

type FieldFrame = {
  /** The name it is sent by; also its id, so that an error summary can link to it. */
  name: string
  label: ReactNode
  hint?: ReactNode
  /** What is wrong with it, in words. */
  error?: string | undefined
  /** Says beside the label that it may stay empty, e.g. "niet verplicht". */
  optional?: string
}

type Typed = FieldFrame & {
  value?: string | undefined
  maxLength?: number
  autoComplete?: HTMLInputAutoCompleteAttribute
  required?: boolean
}

type TextFieldProps = Typed & {
  type?: 'text' | 'email' | 'tel' | 'password' | 'date' | 'search' | 'number'
  inputMode?: 'numeric' | 'email' | 'tel' | 'text'
  pattern?: string
  className?: string
  autoFocus?: boolean
}

/** A label, a hint, what is wrong, and one line to type in. Validation is the server's: no native bubbles. */
export function TextField({ type = 'text', className, value, ...field }: TextFieldProps) {
  const { name, label, hint, error, optional, required, ...input } = field
  return (
    <FieldFrame name={name} label={label} hint={hint} error={error} {...(optional ? { optional } : {})}>
      <input
        {...input}
        {...described(name, hint, error)}
        id={name}
        name={name}
        type={type}
        defaultValue={value}
        aria-required={required || undefined}
        className={className ? `input ${className}` : 'input'}
      />
    </FieldFrame>
  )
}

/** As TextField, with several lines. */
export function TextArea({ value, rows = 6, ...field }: Typed & { rows?: number }) {
  const { name, label, hint, error, optional, required, ...input } = field
  return (
    <FieldFrame name={name} label={label} hint={hint} error={error} {...(optional ? { optional } : {})}>
      <textarea
        {...input}
        {...described(name, hint, error)}
        id={name}
        name={name}
        rows={rows}
        defaultValue={value}
        aria-required={required || undefined}
        className="input"
      />
    </FieldFrame>
  )
}

/** As TextField, with a list to choose from. */
export function SelectField({
  value,
  options,
  ...field
}: FieldFrame & { value?: string | undefined; options: { value: string; label: string }[] }) {
  const { name, label, hint, error, optional } = field
  return (
    <FieldFrame name={name} label={label} hint={hint} error={error} {...(optional ? { optional } : {})}>
      <select {...described(name, hint, error)} id={name} name={name} defaultValue={value} className="input">
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </FieldFrame>
  )
}

function FieldFrame({ name, label, hint, error, optional, children }: FieldFrame & { children: ReactNode }) {
  return (
    <div className="field" data-invalid={error ? '' : undefined}>
      <label htmlFor={name}>
        {label}
        {optional ? <span className="field-optional"> ({optional})</span> : null}
      </label>
      {hint ? (
        <p className="field-hint" id={`${name}-hint`}>
          {hint}
        </p>
      ) : null}
      {error ? (
        <p className="field-error" id={`${name}-error`}>
          {error}
        </p>
      ) : null}
      {children}
    </div>
  )
}

function described(name: string, hint: ReactNode, error: string | undefined) {
  const ids = [hint ? `${name}-hint` : '', error ? `${name}-error` : ''].filter(Boolean).join(' ')
  return { 'aria-describedby': ids || undefined, 'aria-invalid': error ? (true as const) : undefined }
}
