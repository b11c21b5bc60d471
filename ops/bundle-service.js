// Run by `npm run build` after tsc: puts the service and the packages it uses into a few files of dist/, since a process
// that opens hundreds of modules takes half a second to do so (docs/adr/0025-service-is-bundled.md). The other programs
// (bin/gte, the relay, ops/) stay as tsc wrote them.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

/**
 * The inference thread alone loads the native runtime. @xenova/transformers, of which the main thread uses the tokenizer,
 * imports it as well: there it gets what stands for onnxruntime-web (package.json), the runtime's types without its code.
 */
const runtimeInThreadOnly = {
  name: 'runtime-in-thread-only',
  setup(bundle) {
    bundle.onResolve({ filter: /^onnxruntime-node$/ }, ({ importer }) =>
      importer.includes('@xenova/transformers')
        ? bundle.resolve('onnxruntime-web', { resolveDir: root, kind: 'import-statement' })
        : { path: 'onnxruntime-node', external: true },
    );
  },
};

/**
 * Packages keep their place in the bundle in stack traces: Node.js reads the whole map at each start, and theirs is nine
 * tenths of it. A module with a map of its own, one place long, adds no more to that of the bundle
 * (github.com/evanw/esbuild/issues/1685 and 4130).
 */
const NO_MAPPINGS = Buffer.from('{"version":3,"sources":[""],"mappings":"AAAA"}').toString('base64');
const mapOwnCodeOnly = {
  name: 'map-own-code-only',
  setup(bundle) {
    bundle.onLoad({ filter: /node_modules.*\.([cm]?js|json)$/ }, async ({ path }) => {
      const code = `${path.endsWith('.json') ? 'module.exports = ' : ''}${await readFile(path, 'utf8')}`;
      return { contents: `${code}\n//# sourceMappingURL=data:application/json;base64,${NO_MAPPINGS}` };
    });
  },
};

await build({
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts', 'inference-thread': 'src/model/inference-thread.ts' },
  // src/root.ts finds the checkout, and start-thread.ts its thread, from a file that lies directly in dist/.
  outdir: 'dist',
  chunkNames: '[name]-[hash]',
  allowOverwrite: true,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Packages that offer ES modules are taken as such; UMD can't be bundled.
  mainFields: ['module', 'main'],
  plugins: [runtimeInThreadOnly, mapOwnCodeOnly],
  sourcemap: true,
  sourcesContent: false,
  // Each worker keeps the text of its code in memory.
  minifyWhitespace: true,
  // CommonJS packages require Node.js's own modules.
  banner: {
    js: "import { createRequire as bundledRequire } from 'node:module';\nconst require = bundledRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
