// One line per component that ops/start.sh's flags ask for: its name, then the tools of ops/fetch-tools.sh it needs.
import { StartError } from '../dist/errors.js';
import { chooseComponents } from '../dist/stack/choose-components.js';
import { components } from '../dist/stack/components/index.js';

try {
  for (const name of chooseComponents(process.argv.slice(2))) {
    const tools = components.find((component) => component.name === name)?.tools ?? [];
    console.log([name, ...tools].join(' '));
  }
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(`gte-serve: ${error.message}`);
  process.exitCode = 1;
}
