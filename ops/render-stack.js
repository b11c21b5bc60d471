// Writes and checks the configuration of what stands around the service, starts nothing, and prints how each is started.
// Arguments: the components, as ops/start.sh chose them.
import { resolve } from 'node:path';
import { loadConfig } from '../dist/config.js';
import { StartError } from '../dist/errors.js';
import { commandLine } from '../dist/stack/command-line.js';
import { components } from '../dist/stack/components/index.js';
import { configure } from '../dist/stack/configure.js';
import { stackPaths } from '../dist/stack/paths.js';
import { loadStackSettings } from '../dist/stack/settings.js';
import { releaseRoot } from './lib/release-root.js';

try {
  const settings = loadStackSettings(process.env);
  const context = {
    config: loadConfig(process.env),
    settings,
    paths: stackPaths(releaseRoot(resolve(import.meta.dirname, '..')), settings.STACK_DIR),
    components: process.argv.slice(2),
  };
  for (const component of components.filter(({ name }) => context.components.includes(name))) {
    const { name, rereads, quits } = component;
    const changed = await configure(component, context);
    const signals = [rereads && 'SIGHUP: reads again', quits && 'SIGQUIT: answers, then ends'].filter(
      Boolean,
    );
    console.log(`${[`# ${name}`, changed && 'changed', ...signals].filter(Boolean).join('; ')}`);
    console.log(`${commandLine(component.app(context))}\n`);
  }
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(`gte-serve: ${error.message}`);
  process.exitCode = 1;
}
