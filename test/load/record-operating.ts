/**
 * npm run record: starts the stack, makes every recording of docs/operating.md by itself and stops the stack. Needs an idle
 * machine on which nothing of gte-serve runs, and about 90 minutes; a part by itself less.
 *
 *     npm run record                        all parts: loadtest baseline why capacity-each capacity
 *     npm run record -- why loadtest        these
 *     npm run record -- docs                puts what var/operating/ holds into the docs; starts nothing
 *     npm run record -- capacity --seconds 20   in proportion to windows of 20 s instead of two minutes: a rehearsal (gte why
 *                                           needs two minutes)
 *     npm run record -- baseline --write    gte baseline writes its proposals too
 */
import { parseArgs } from 'node:util';
import { baselinePart } from './operating/baseline-part.ts';
import { capacityEachPart, capacityPart } from './operating/capacity-part.ts';
import { fillDocs } from './operating/fill-docs.ts';
import { loadtestPart } from './operating/loadtest-part.ts';
import { type Part, scaled, WINDOW_SECONDS } from './operating/part.ts';
import { createRecorder } from './operating/recorder.ts';
import { createStack } from './operating/stack.ts';
import { whyPart } from './operating/why-part.ts';

const PARTS: readonly Part[] = [loadtestPart, baselinePart, whyPart, capacityEachPart, capacityPart];
const STARTING_MINUTES = 1;

const say = (line: string) => console.log(`${new Date().toTimeString().slice(0, 8)}  ${line}`);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string' }, write: { type: 'boolean' } },
});
const unknown = positionals.filter((name) => name !== 'docs' && !PARTS.some((part) => part.name === name));
const seconds = Number(values.seconds ?? WINDOW_SECONDS);
if (unknown.length > 0 || !(seconds >= 1)) {
  console.error(
    `unknown: ${[...unknown, seconds >= 1 ? '' : `--seconds ${values.seconds}`].join(' ').trim()}`,
  );
  process.exit(2);
}
const chosen = positionals.length === 0 ? PARTS : PARTS.filter(({ name }) => positionals.includes(name));

const problems: string[] = [];
if (chosen.length > 0) problems.push(...(await record(chosen)));
if (positionals.includes('docs')) problems.push(...fillDocs());
for (const problem of problems) say(`NOT AS IT SHOULD BE  ${problem}`);
if (problems.length === 0) say('everything is as it should be');
process.exitCode = problems.length === 0 ? 0 : 1;

/** What is wrong in one part does not stop the others; Ctrl-C stops all, and the stack. */
async function record(parts: readonly Part[]): Promise<string[]> {
  const interruption = new AbortController();
  const interrupted = interruption.signal;
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort());
  const expected = parts.reduce((sum, { minutes }) => sum + scaled(minutes, { seconds }), STARTING_MINUTES);
  say(`${parts.map(({ name }) => name).join(', ')}: about ${Math.ceil(expected)} minutes`);
  const stack = createStack();
  const recorder = createRecorder(stack.env, interrupted, say);
  const found: string[] = [];
  try {
    stack.start();
    const since = Date.now() / 1000;
    for (const part of parts) {
      if (interrupted.aborted) break;
      say(`${part.name} begins`);
      const sayOf = (line: string) => say(`${part.name}: ${line}`);
      const recording = {
        stack,
        recorder,
        seconds,
        since,
        interrupted,
        write: values.write === true,
        say: sayOf,
      };
      const wrong = await part.run(recording).catch((error: Error) => [error.message]);
      found.push(...wrong.map((sentence) => `${part.name}: ${sentence}`));
      say(`${part.name} ends: ${wrong.length === 0 ? 'well' : wrong.join('; ')}`);
    }
  } catch (error) {
    found.push((error as Error).message);
  } finally {
    stack.stop();
  }
  return interrupted.aborted ? [...found, 'interrupted'] : found;
}
