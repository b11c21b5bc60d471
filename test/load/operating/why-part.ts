import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeRequests } from '../../e2e/cli/write-requests.ts';
import { type Fault, faults, SLOW_VERSION } from './fault.ts';
import { nextScrape } from './next-scrape.ts';
import { type Part, type Recording, SCRAPE_SECONDS, scaled } from './part.ts';
import { folder } from './recorder.ts';

const RATE = 15;
const TASKS = ['ner', 'sentiment'];
const LONG_SENTENCES = 8;
const SATURATING_SECONDS = 5;
const RECOVERY_SECONDS = 60;

/** Every cause of gte why, induced once, against one quiet window. */
export const whyPart: Part = {
  name: 'why',
  minutes: 23,
  async run(recording) {
    const { stack, recorder, seconds, say, interrupted } = recording;
    const short = writeRequests(join(folder, 'short.jsonl'), TASKS, 1);
    const long = writeRequests(join(folder, 'long.jsonl'), TASKS, LONG_SENTENCES);
    const pause = (s: number) => sleep(1000 * s, undefined, { signal: interrupted });
    const load = (file: string, windows: number) =>
      recorder.json(
        'loadtest',
        ...['--url', stack.origin, '--even', '--file', file, '--rate', String(RATE)],
        ...['--duration', `${windows * seconds + 2 * SCRAPE_SECONDS}s`],
      );
    /** Unix seconds at which a window begins that is wholly within the load; between scrapes, so that each holds as many. */
    const begun = async () => {
      const scraped = await nextScrape(stack, Date.now() / 1000 + 1);
      return scraped + SCRAPE_SECONDS / 2;
    };

    const { answeredPerSecond: saturation } = await recorder.json(
      'loadtest',
      ...['--url', stack.origin, '--file', short, '--rate', 'max', '--duration', `${SATURATING_SECONDS}s`],
    );
    say(`saturated at ${Math.round(saturation)} short requests a second; now two quiet windows`);
    await pause(scaled(RECOVERY_SECONDS, recording));
    const [quiet] = await Promise.all([begun(), load(short, 2)]);
    const control = quiet + seconds;
    const problems = await askWhy(recording, 'nothing', control + seconds, control);

    for (const fault of faults({ recording, short, saturation })) {
      await pause(scaled(RECOVERY_SECONDS, recording));
      say(`now: ${fault.cause}`);
      problems.push(...(await induce(fault).catch((error: Error) => [`${fault.cause}: ${error.message}`])));
      if (interrupted.aborted) break;
    }
    return problems;

    async function induce(fault: Fault): Promise<string[]> {
      try {
        await fault.prepare?.();
        const running = load(fault.long ? long : short, 1);
        const [start] = await Promise.all([begun(), running, fault.during?.(running)]);
        const found = await askWhy(recording, fault.cause, start + seconds, control);
        if (fault.cause !== 'model') return found;
        return [...found, ...(await compareModels(recording, quiet))];
      } finally {
        await fault.undo?.();
      }
    }
  },
};

/** Asks in both languages about the window that ends at `end`, against the one that ends at `control`. */
async function askWhy(
  { recorder, seconds, say }: Recording,
  expected: string,
  end: number,
  control: number,
): Promise<string[]> {
  const moment = (unix: number) => new Date(unix * 1000).toISOString();
  const args = ['--since', `${seconds}s`, '--until', moment(end), '--against', moment(control)];
  await recorder.record(`why-${expected}`, 'why', ...args);
  const { sentence, subject } = await recorder.json('why', ...args);
  const found = subject.latency === 'slower' ? subject.causes[0]?.cause : 'nothing';
  say(`gte why: ${sentence.en}`);
  const right = found === expected && (expected !== 'nothing' || subject.latency === 'same');
  return right ? [] : [`gte why was to find ${expected}, but said: ${sentence.en}`];
}

/** Of the version that ships only what ran since the quiet windows began. */
async function compareModels({ recorder }: Recording, quiet: number): Promise<string[]> {
  const within = Math.ceil(Date.now() / 1000 - quiet);
  const versions = ['model:starter@1.0.0', `model:starter@${SLOW_VERSION}`];
  const compared = await recorder.record('compare', 'compare', ...versions, '--within', `${within}s`);
  return compared.every(({ code }) => code === 1)
    ? []
    : ['gte compare did not find the slower model worse: see compare.en.txt'];
}
