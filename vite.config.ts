import { vitePlugin as remix } from '@remix-run/dev'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import remixOptions from './remix.config.js'

const path = (folder: string) => fileURLToPath(new URL(folder, import.meta.url))

export default defineConfig({
  plugins: [process.env['VITEST'] ? [] : remix(remixOptions)],
  resolve: {
    alias: [
      { find: /^~\//, replacement: path('./app/') },
      { find: /^~db\//, replacement: path('./db/') },
      { find: /^~emails\//, replacement: path('./emails/') },
      { find: /^~tests\//, replacement: path('./tests/') },
    ],
  },
  // One CSS file a corner of the product; nothing small is inlined, since the portal's policy has no data: or inline.
  build: {
    assetsInlineLimit: 0,
    cssMinify: true,
    rollupOptions: {
      onwarn: (warning, warn) => {
        // Comments of libraries that rollup can't place, 'use client' marks and routes without a page are no news.
        if (['INVALID_ANNOTATION', 'MODULE_LEVEL_DIRECTIVE', 'EMPTY_BUNDLE'].includes(warning.code ?? '')) return
        warn(warning)
      },
    },
  },
})
