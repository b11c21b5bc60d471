import { h } from '../dom.js';
import { strings } from '../i18n.js';

const COLUMNS = 64;
const CELL_PX = 10;
const POSITIVE = '58, 140, 200';
const NEGATIVE = '214, 130, 50';

/** The vector as a field of cells, and its first numbers. */
export function renderEmbedding(result) {
  const texts = strings();
  return {
    summary: texts.embeddingSummary(result.dimensions),
    nodes: [
      picture(result.embedding, texts.embeddingPicture),
      h('p', { class: 'note' }, texts.embeddingPicture),
      h(
        'p',
        { class: 'vector' },
        h('span', { class: 'note' }, texts.embeddingFirst),
        h(
          'code',
          {},
          result.embedding
            .slice(0, 8)
            .map((value) => value.toFixed(4))
            .join('  '),
        ),
      ),
    ],
  };
}

function picture(vector, label) {
  const rows = Math.ceil(vector.length / COLUMNS);
  const canvas = h('canvas', {
    class: 'vector-picture',
    width: COLUMNS * CELL_PX,
    height: rows * CELL_PX,
    role: 'img',
    'aria-label': label,
  });
  const brush = canvas.getContext('2d');
  const largest = vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  vector.forEach((value, i) => {
    const strength = Math.sqrt(Math.abs(value) / largest);
    brush.fillStyle = `rgba(${value > 0 ? POSITIVE : NEGATIVE}, ${strength.toFixed(3)})`;
    brush.fillRect((i % COLUMNS) * CELL_PX, Math.floor(i / COLUMNS) * CELL_PX, CELL_PX - 1, CELL_PX - 1);
  });
  return canvas;
}
