/** Neighbours share an edge; fractions of a pixel are no overlap. */
const TOUCH_PX = 0.5;

/**
 * Gives each box of one text line the first lane where it touches no other box.
 * @param {{left: number, right: number}[]} boxes
 * @returns {number[]} lane of each box, 0 nearest to the text
 */
export function assignLanes(boxes) {
  const order = boxes
    .map((_, i) => i)
    .sort((a, b) => boxes[a].left - boxes[b].left || boxes[a].right - boxes[b].right);
  const laneEnds = [];
  const lanes = new Array(boxes.length);
  for (const index of order) {
    const { left, right } = boxes[index];
    const free = laneEnds.findIndex((end) => end <= left + TOUCH_PX);
    const lane = free === -1 ? laneEnds.length : free;
    laneEnds[lane] = right;
    lanes[index] = lane;
  }
  return lanes;
}
