import { Suspense, createElement } from 'react'
import { expect, test } from 'vitest'
import { renderWhole } from '~/platform/render.server'

function Broken(): never {
  throw new Error('cannot be drawn')
}

test('a page is sent in one piece', async () => {
  expect(await renderWhole(createElement('p', null, 'whole'), 'nonce')).toBe('<p>whole</p>')
})

test('a page that cannot be drawn fails alone: nothing of it is left that could end the process', async () => {
  const unheard: unknown[] = []
  const hear = (reason: unknown) => unheard.push(reason)
  process.on('unhandledRejection', hear)
  try {
    const inside = createElement(Suspense, { fallback: 'later' }, createElement(Broken))
    for (const page of [createElement(Broken), createElement('main', null, inside)])
      await expect(renderWhole(page, 'nonce')).rejects.toThrow('cannot be drawn')
    await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(unheard).toEqual([])
  } finally {
    process.off('unhandledRejection', hear)
  }
})
