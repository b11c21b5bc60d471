import { StartError } from '../../errors.ts';
import type { Heads } from './heads.ts';
import type { Manifest } from './schema.ts';

/** Graph → output → its columns (the last dimension; undefined when the graph leaves it open). */
export type GraphColumns = Partial<Record<'extractor' | 'encoder', Record<string, number | undefined>>>;

/** A field of the manifest that fixes how many columns an output has. */
interface Expectation {
  readonly graph: 'extractor' | 'encoder';
  readonly output: string;
  readonly field: string;
  readonly columns: number;
}

/**
 * Compares what the manifest says of the outputs with the graphs that were opened.
 * @throws StartError naming the file and the field that does not fit.
 */
export function checkColumns(dir: string, manifest: Manifest, graphs: GraphColumns): void {
  for (const { graph, output, field, columns } of expectations(manifest)) {
    const outputs = new Map(Object.entries(graphs[graph] ?? {}));
    const wrong = `wrong model manifest ${dir}/manifest.json: ${graph}.${field}`;
    const file = manifest[graph]?.file;
    if (!outputs.has(output)) throw new StartError(`${wrong}: ${file} has no output "${output}"`);
    const found = outputs.get(output);
    if (found !== undefined && found !== columns)
      throw new StartError(
        `${wrong}: needs ${columns} columns, but the output "${output}" of ${file} has ${found}`,
      );
  }
}

function expectations({ extractor, encoder }: Manifest): Expectation[] {
  const all: Expectation[] = extractor ? ofHeads(extractor.heads) : [];
  if (encoder)
    all.push({ graph: 'encoder', output: encoder.output, field: 'dimensions', columns: encoder.dimensions });
  return all;
}

function ofHeads({ ner, relation, event, qa, sentiment, classification }: Heads): Expectation[] {
  const all: Expectation[] = [];
  const expect = (output: string, field: string, columns: number) =>
    all.push({ graph: 'extractor', output, field: `heads.${field}`, columns });
  if (ner) {
    const tags = Object.values(ner.schemes).reduce((sum, scheme) => sum + scheme.tags.length, 0);
    expect(ner.output, 'ner.schemes', tags);
  }
  if (relation) {
    expect(relation.output, 'relation.predicates', relation.order.length * relation.predicates.length);
    expect(relation.pair.query, 'relation.pair.size', relation.pair.size);
    expect(relation.pair.key, 'relation.pair.size', relation.pair.size);
  }
  if (event) {
    expect(event.trigger, 'event.types', event.order.length * event.types.length);
    expect(event.role, 'event.roles', event.order.length * event.roles.length);
  }
  if (qa) expect(qa.output, 'qa.order', qa.order.length);
  if (sentiment) expect(sentiment.output, 'sentiment.labels', sentiment.labels.length);
  for (const [name, scheme] of Object.entries(classification?.schemes ?? {}))
    expect(scheme.output, `classification.schemes.${name}.labels`, scheme.labels.length);
  return all;
}
