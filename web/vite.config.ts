// SPDX-License-Identifier: MIT
import { defineConfig } from 'vite';
import { licences } from './scripts/licences.mjs';

const SERVER = 'http://localhost:3000';

export default defineConfig({
  plugins: [licences()],
  build: {
    // What lands in dist/ is served as it is, so nothing may depend on
    // where the front end was built.
    modulePreload: { polyfill: false },
    target: 'es2022',
    rollupOptions: {
      // Two pages; the server has the second one in development mode alone.
      input: ['index.html', 'playground.html'],
    },
  },
  server: {
    // The page and the server share one origin, in development too.
    proxy: {
      '/socket.io': { target: SERVER, ws: true },
      '/auth': { target: SERVER },
      '/playground/': { target: SERVER },
    },
  },
});
