type RadioGroupProps = {
  name: string
  legend: string
  value?: string | undefined
  options: { value: string; label: string; hint?: string }[]
  error?: string | undefined
}

/** One of a few, as a dense list. */
export function RadioGroup({ name, legend, value, options, error }: RadioGroupProps) {
  return (
    <fieldset className="radios" data-invalid={error ? '' : undefined}>
      <legend>{legend}</legend>
      {error ? (
        <p className="field-error" id={`${name}-error`}>
          {error}
        </p>
      ) : null}
      {options.map((option, place) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            value={option.value}
            defaultChecked={option.value === value}
            id={place === 0 ? name : undefined}
            aria-describedby={error ? `${name}-error` : undefined}
          />
          <span>
            {option.label}
            {option.hint ? <span className="soft"> {option.hint}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  )
}
