export const COLOUR_COUNT = 10;

/** The same kind of thing has the same colour in every scheme. */
const KNOWN = [
  ['person', 'PER', 'name', 'person_name'],
  ['location', 'LOC', 'address'],
  ['organization', 'ORG', 'org_name'],
  ['time'],
  ['product', 'product_name', 'scene'],
  ['position'],
  ['book', 'government'],
  ['movie'],
  ['game'],
  ['company', 'company_name'],
];

/** Maps each type to a colour class; types not known here take the colours left over, in order. */
export function coloursFor(types) {
  const colours = new Map();
  for (const type of types) {
    const known = KNOWN.findIndex((group) => group.includes(type));
    if (known !== -1) colours.set(type, known);
  }
  let next = 0;
  for (const type of types) {
    if (colours.has(type)) continue;
    const taken = new Set(colours.values());
    while (taken.size < COLOUR_COUNT && taken.has(next % COLOUR_COUNT)) next++;
    colours.set(type, next++ % COLOUR_COUNT);
  }
  return (type) => `colour-${colours.get(type) ?? 0}`;
}
