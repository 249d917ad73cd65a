// `empty-remix.mjs PORT`: a Remix server with nothing in it but one page, as small as it can be written: Express, Remix's
// request handler and React, one route.
/* global Request, Response */
import { createReadableStreamFromReadable, createRequestHandler } from '@remix-run/node'
import { Outlet, RemixServer } from '@remix-run/react'
import express from 'express'
import { PassThrough } from 'node:stream'
import { createElement } from 'react'
import { renderToPipeableStream } from 'react-dom/server'

const page = () => createElement('html', { lang: 'nl' }, createElement('body', null, createElement(Outlet)))
const route = (id, more, component) => ({ id, ...more, module: { default: component } })
const manifestOf = (id, more) => ({
  id,
  ...more,
  module: '/empty.js',
  hasAction: false,
  hasLoader: false,
  hasErrorBoundary: false,
  hasClientAction: false,
  hasClientLoader: false,
})
const index = { parentId: 'root', path: undefined, index: true }

const handler = createRequestHandler(
  {
    entry: {
      module: {
        default: (request, status, headers, context) =>
          new Promise((resolve, reject) => {
            const { pipe } = renderToPipeableStream(createElement(RemixServer, { context, url: request.url }), {
              onShellReady() {
                const body = new PassThrough()
                headers.set('Content-Type', 'text/html')
                resolve(new Response(createReadableStreamFromReadable(body), { headers, status }))
                pipe(body)
              },
              onShellError: reject,
            })
          }),
      },
    },
    routes: {
      root: route('root', { path: '' }, page),
      index: route('index', index, () => createElement('h1', null, 'Empty')),
    },
    assets: {
      entry: { module: '/entry.js', imports: [] },
      routes: { root: manifestOf('root', { path: '' }), index: manifestOf('index', index) },
      url: '/manifest.js',
      version: '1',
    },
    future: {},
    isSpaMode: false,
    mode: 'production',
    publicPath: '/',
    assetsBuildDirectory: '',
    basename: '/',
  },
  'production',
)

express()
  .use(async (incoming, outgoing) => {
    const answer = await handler(new Request(`http://127.0.0.1${incoming.url}`))
    outgoing
      .status(answer.status)
      .type('html')
      .send(await answer.text())
  })
  .listen(Number(process.argv[2]), '127.0.0.1')
