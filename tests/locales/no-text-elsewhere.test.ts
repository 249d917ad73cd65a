import { readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { hasText } from '~/locales/translate'

const root = join(import.meta.dirname, '..', '..')
const brand = 'Privacybalie'

/** Attributes whose value people read or hear. */
const spoken = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'alt',
  'title',
  'placeholder',
  'label',
])

function filesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(root, folder, name)),
  )
}

function parse(file: string): ts.SourceFile {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, kind)
}

const isText = (text: string) => /\p{L}/u.test(text.replaceAll(brand, '').replace(/&[a-z]+;/g, ''))

/** The literal texts that an expression can turn out as: itself, a branch of a choice, a part of a template. */
function literals(node: ts.Expression): string[] {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text]
  if (ts.isParenthesizedExpression(node)) return literals(node.expression)
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)]
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)]
  if (ts.isBinaryExpression(node)) return [...literals(node.left), ...literals(node.right)]
  return []
}

/** A comparison (`size === 'row' && …`) shows its right side only. */
function shown(node: ts.Expression): string[] {
  if (!ts.isBinaryExpression(node)) return literals(node)
  const { kind } = node.operatorToken
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return shown(node.right)
  if (kind === ts.SyntaxKind.BarBarToken || kind === ts.SyntaxKind.QuestionQuestionToken)
    return [...shown(node.left), ...shown(node.right)]
  return kind === ts.SyntaxKind.PlusToken ? literals(node) : []
}

function textsIn(source: ts.SourceFile): string[] {
  const found: string[] = []
  const note = (node: ts.Node, texts: string[]) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
    for (const text of texts.filter(isText)) found.push(`${relative(root, source.fileName)}:${line} ${text.trim()}`)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) note(node, [node.text])
    if (ts.isJsxExpression(node) && node.expression && !ts.isJsxAttribute(node.parent))
      note(node, shown(node.expression))
    if (ts.isJsxAttribute(node) && spoken.has(node.name.getText()) && node.initializer) {
      const { initializer } = node
      if (ts.isStringLiteral(initializer)) note(node, [initializer.text])
      if (ts.isJsxExpression(initializer) && initializer.expression) note(node, shown(initializer.expression))
    }
    // Remix's meta: the title of a page
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'title') note(node, shown(node.initializer))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

test('pages and mails take every word they show from the locales', () => {
  const files = [...filesBelow('app/routes', 'app/ui', 'emails'), join(root, 'app', 'root.tsx')]
  const drawn = files.filter((file) => file.endsWith('.tsx'))
  expect(drawn.length).toBeGreaterThan(20)
  expect(drawn.flatMap((file) => textsIn(parse(file)))).toEqual([])
})

test('the reader of this test finds what it looks for', () => {
  const page = `export const meta = () => [{ title: 'Home' }]
    const a = <p>Words {done ? 'yes' : t('x:y')}{\`and \${n} more\`}</p>
    const b = <img alt="picture" src="no" /> 
    const c = <button aria-label={x && 'close'} className="big">× · Privacybalie&nbsp;</button>`
  const source = ts.createSourceFile('page.tsx', page, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  expect(textsIn(source).map((found) => found.replace(/^\S+ /, ''))).toEqual([
    'Home',
    'Words',
    'yes',
    'and',
    'more',
    'picture',
    'close',
  ])
})

test('every key that stands in the program has a text', () => {
  const missing: string[] = []
  for (const file of filesBelow('app')) {
    const source = parse(file)
    const visit = (node: ts.Node): void => {
      if (
        ts.isCallExpression(node) &&
        ts.isIdentifier(node.expression) &&
        /^(t|translate)$/.test(node.expression.text)
      ) {
        const [key] = node.arguments
        if (key && ts.isStringLiteral(key) && /^\w+:/.test(key.text) && ![key.text, `${key.text}_one`].some(hasText))
          missing.push(`${relative(root, file)} ${key.text}`)
      }
      ts.forEachChild(node, visit)
    }
    visit(source)
  }
  expect(missing).toEqual([])
})
