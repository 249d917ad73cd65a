/** Text that a person typed: its line ends are kept, nothing in it is markup. */
export function PlainText({ text }: { text: string }) {
  return <p className="plain-text">{text}</p>
}
