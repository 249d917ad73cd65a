import { Heading, Section, Text } from 'react-email'
import type { ReactNode } from 'react'
import { cell, colours, paragraph, subheading } from './look'

export function Paragraph({ children }: { children: ReactNode }) {
  return <Text style={paragraph}>{children}</Text>
}

export function Subheading({ children }: { children: ReactNode }) {
  return (
    <Heading as="h2" style={subheading}>
      {children}
    </Heading>
  )
}

/** Label and value, row by row. */
export function Facts({ rows }: { rows: [label: string, value: string][] }) {
  return (
    <DataTable>
      {rows.map(([label, value]) => (
        <tr key={label}>
          <th scope="row" style={{ ...cell, fontWeight: 400, color: colours.quiet, width: '40%' }}>
            {label}
          </th>
          <td style={{ ...cell, paddingRight: 0 }}>{value}</td>
        </tr>
      ))}
    </DataTable>
  )
}

/** A table with a heading row; numbers are handed in as text. */
export function Listing({ columns, rows }: { columns: string[]; rows: string[][] }) {
  return (
    <DataTable>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col" style={{ ...cell, fontWeight: 650, fontSize: '13px' }}>
            {column}
          </th>
        ))}
      </tr>
      {rows.map((row, at) => (
        <tr key={at}>
          {row.map((value, column) => (
            <td key={column} style={cell}>
              {value}
            </td>
          ))}
        </tr>
      ))}
    </DataTable>
  )
}

function DataTable({ children }: { children: ReactNode }) {
  return (
    <table
      width="100%"
      cellPadding="0"
      cellSpacing="0"
      data-text-format="dataTable"
      style={{ margin: '0 0 24px', borderTop: `1px solid ${colours.line}`, fontVariantNumeric: 'tabular-nums' }}
    >
      <tbody>{children}</tbody>
    </table>
  )
}

/** What a person typed: set apart, its lines kept, never read as markup. */
export function Typed({ text }: { text: string }) {
  const lines = text.trim().split(/\r\n|[\r\n\u2028\u2029]/)
  return (
    <Section style={{ margin: '0 0 16px', borderLeft: `3px solid ${colours.line}`, padding: '0 0 0 16px' }}>
      <Text style={{ ...paragraph, margin: 0 }}>
        {lines.map((line, at) => (
          <span key={at}>
            {at > 0 && <br />}
            {line}
          </span>
        ))}
      </Text>
    </Section>
  )
}
