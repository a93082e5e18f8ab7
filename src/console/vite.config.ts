/** How the console is built, and served while it is worked on (then the hub is asked on port 8080). */
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/console', import.meta.url)),
    emptyOutDir: true,
    // Inlined assets would be `data:` addresses, which a strict content policy refuses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What changes with every release apart from what seldom does. The charts are a chunk of
        // their own by being imported late: the page is usable before they are there.
        codeSplitting: {
          groups: [{ name: 'parts', test: /node_modules[\\/](?!echarts|zrender|tslib)/ }],
        },
      },
    },
  },
  server: { proxy: { '/v1': process.env.TILLWAY_HUB ?? 'http://127.0.0.1:8080' } },
})
