import type { ReactNode } from 'react'

export type Choice = { value: string; label: ReactNode; hint?: ReactNode }

type ChoicesProps = {
  name: string
  legend: ReactNode
  hint?: ReactNode
  error?: string | undefined
  /** `checkbox` lets several be chosen. */
  type: 'radio' | 'checkbox'
  choices: Choice[]
  chosen: string[]
  /** Fields that stand below the choices and belong to them. */
  children?: ReactNode
  optional?: string
}

/** A question with choices below each other. The first choice has the group's name as its id, so that a link finds it. */
export function Choices({ name, legend, hint, error, type, choices, chosen, children, optional }: ChoicesProps) {
  const ids = [hint ? `${name}-hint` : '', error ? `${name}-error` : ''].filter(Boolean).join(' ')
  return (
    <fieldset className="choices" data-invalid={error ? '' : undefined} aria-describedby={ids || undefined}>
      <legend>
        {legend}
        {optional ? <span className="field-optional"> ({optional})</span> : null}
      </legend>
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
      {choices.map((choice, place) => (
        <ChoiceRow
          key={choice.value}
          id={place === 0 ? name : `${name}-${choice.value}`}
          name={name}
          type={type}
          choice={choice}
          checked={chosen.includes(choice.value)}
        />
      ))}
      {children}
    </fieldset>
  )
}

type ChoiceRowProps = { id: string; name: string; type: 'radio' | 'checkbox'; choice: Choice; checked: boolean }

function ChoiceRow({ id, name, type, choice, checked }: ChoiceRowProps) {
  const hintId = choice.hint ? `${id}-about` : undefined
  return (
    <div className="choice">
      <input type={type} id={id} name={name} value={choice.value} defaultChecked={checked} aria-describedby={hintId} />
      <div>
        <label htmlFor={id}>{choice.label}</label>
        {choice.hint ? (
          <span className="choice-hint" id={hintId}>
            {choice.hint}
          </span>
        ) : null}
      </div>
    </div>
  )
}
