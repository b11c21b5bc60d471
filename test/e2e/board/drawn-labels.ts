import type { Page } from 'playwright-core';

export interface Label {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  /** Of the canvas it is on. */
  readonly width: number;
}

/** Runs before the page's own scripts: remembers the times of day that each canvas has had written since it was cleared. */
export const recordLabels = `{
  const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
  window.drawnLabels = new Map();
  CanvasRenderingContext2D.prototype.clearRect = function (...area) {
    window.drawnLabels.set(this.canvas, []);
    clearRect.apply(this, area);
  };
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    if (/^\\d\\d:\\d\\d/.test(text)) {
      const half = this.measureText(text).width / 2;
      const label = { text, left: x - half, right: x + half, width: this.canvas.width };
      window.drawnLabels.get(this.canvas)?.push(label);
    }
    fillText.call(this, text, x, y);
  };
}`;

/** The times below each chart, from the left. */
export async function drawnLabels(page: Page): Promise<Label[][]> {
  return (await page.evaluate(`[...document.querySelectorAll('.chart canvas')].map((canvas) =>
    [...(window.drawnLabels.get(canvas) ?? [])].sort((a, b) => a.left - b.left))`)) as Label[][];
}
