import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { STAGE_COLOURS } from '../../../../src/dashboards/stage-colours.ts';
import { BOARD_TASKS } from '../../../../src/primary/board/columns.ts';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const root = join(import.meta.dirname, '../../../..');
const [light = '', dark = ''] = readFileSync(join(root, 'public/styles/tokens.css'), 'utf8').split('@media');
const THEMES = { light, dark };
const ALARMS = ['bad', 'good', 'warn-ink'];
const TASKS = BOARD_TASKS.map((_, i) => `task-${i}`);

/** How colours look to most, and to who lacks red or green cones (Machado, Oliveira, Fernandes 2009). */
const EYES: Record<string, Matrix> = {
  most: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};
/** Distances in OKLab: 0.02 is just noticeable side by side. */
const APART = 0.06;
/** WCAG 1.4.11, for what is not text. */
const CONTRAST = 3;

const times = (matrix: Matrix, [a, b, c]: Triple) =>
  matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Triple;

function linear(theme: string, name: string): Triple {
  const [, hex] = new RegExp(`--${name}: #([0-9a-f]{6});`).exec(theme) ?? assert.fail(name);
  return [0, 2, 4].map((i) => {
    const c = Number.parseInt((hex as string).slice(i, i + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}

/** https://bottosson.github.io/posts/oklab/ */
function oklab(colour: Triple): Triple {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    colour,
  ).map((c) => Math.cbrt(Math.max(0, c))) as unknown as Triple;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

const luminance = ([r, g, b]: Triple) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
const distance = (a: Triple, b: Triple) => Math.hypot(...a.map((x, i) => x - (b[i] as number)));

for (const [theme, css] of Object.entries(THEMES)) {
  for (const [eyes, matrix] of Object.entries(EYES))
    test(`When tasks are drawn in the ${theme} theme, then ${eyes} tells them from each other and from alarms`, () => {
      const seen = (name: string) => oklab(times(matrix, linear(css, name)));
      for (const [i, task] of TASKS.entries())
        for (const other of [...TASKS.slice(i + 1), ...ALARMS]) {
          const apart = distance(seen(task), seen(other));
          assert.ok(apart >= APART, `${task} and ${other}: ${apart.toFixed(3)}`);
        }
    });

  test(`When tasks are drawn in the ${theme} theme, then each stands out from the panel`, () => {
    for (const task of TASKS) {
      const [low = 0, high = 0] = [task, 'surface']
        .map((name) => luminance(linear(css, name)))
        .sort((a, b) => a - b);
      assert.ok((high + 0.05) / (low + 0.05) >= CONTRAST, task);
    }
  });
}

test('When Grafana draws a stage, then in the colour that the board has for it', () => {
  for (const [stage, colour] of Object.entries(STAGE_COLOURS))
    assert.ok(light.includes(`--stage-${stage}: ${colour};`), stage);
});
