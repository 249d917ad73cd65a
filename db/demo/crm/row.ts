export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value }

/** A row of the demo CRM by column, as JSON; dates and instants in ISO 8601. */
export type Row = Record<string, Value>
