import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

// The page is served by the program itself from build/web; everything is local.
export default defineConfig({
  plugins: [vue()],
  build: {
    outDir: '../build/web',
    emptyOutDir: true,
    target: 'es2020',
    modulePreload: { polyfill: false }, // all parts at once, not one after the other
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rollupOptions: {
      input: {
        control: 'index.html',
        desk: 'desk.html',
        prompter: 'prompter.html',
        audience: 'audience.html',
        pair: 'pair.html',
        setup: 'setup.html',
        start: 'start.html',
        review: 'review.html',
      },
    },
  },
  define: {
    __VUE_OPTIONS_API__: false,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  test: { environment: 'node', include: ['tests/**/*.test.ts'], setupFiles: ['tests/browser.ts'] },
});
