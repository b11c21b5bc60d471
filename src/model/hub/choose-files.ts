import { ModelError } from '../model-error.ts';
import type { ListedFile, RemoteFile } from './hub.ts';

/** Ways to hold weights, the best first; each a list of patterns that must all be met. */
const CONTENTS: readonly { readonly kind: 'weights' | 'onnx'; readonly patterns: readonly RegExp[] }[] = [
  { kind: 'weights', patterns: [/^model\.safetensors$/] },
  {
    kind: 'weights',
    patterns: [/^model\.safetensors\.index\.json$/, /^model-\d+-of-\d+\.safetensors$/],
  },
  { kind: 'weights', patterns: [/^pytorch_model\.bin$/] },
  { kind: 'weights', patterns: [/^pytorch_model\.bin\.index\.json$/, /^pytorch_model-\d+-of-\d+\.bin$/] },
  { kind: 'onnx', patterns: [/^onnx\/model\.onnx$/] },
  { kind: 'onnx', patterns: [/^model\.onnx$/] },
];

const BESIDE = [
  /^config\.json$/,
  /^tokenizer\.json$/,
  /^vocab\.txt$/,
  /^tokenizer_config\.json$/,
  /^sentence_bert_config\.json$/,
  /^modules\.json$/,
  /^\w+_Pooling\/config\.json$/,
  /^README\.md$/,
];

export interface ChosenFiles {
  /** Whether a graph is built from weights or taken as it is. */
  readonly kind: 'weights' | 'onnx';
  readonly weights: readonly RemoteFile[];
  /** Small files, which say whether the weights are of any use. */
  readonly beside: readonly RemoteFile[];
}

/**
 * The few files of a repository that a conversion needs; one kind of weights.
 * @throws ModelError when there is no config.json or no weights of a known kind, or one of them could not be checked.
 */
export function chooseFiles(files: readonly ListedFile[], id: string, hub: string): ChosenFiles {
  const matching = (pattern: RegExp) => files.filter(({ path }) => pattern.test(path));
  const beside = BESIDE.flatMap(matching);
  if (!beside.some(({ path }) => path === 'config.json'))
    throw new ModelError(`${id} has no config.json: it is no model in Hugging Face's layout`);
  const content = CONTENTS.find(({ patterns }) => patterns.every((pattern) => matching(pattern).length > 0));
  if (!content)
    throw new ModelError(`${id} has no weights that can be read (safetensors, pytorch_model.bin or ONNX)`);
  const weights = content.patterns.flatMap(matching);
  // An ONNX graph may keep its weights beside it.
  const data = files.filter(({ path }) =>
    weights.some((w) => [`${w.path}_data`, `${w.path}.data`].includes(path)),
  );
  const checkable = (file: ListedFile) => requireDigest(file, hub);
  return {
    kind: content.kind,
    weights: [...weights, ...data].map(checkable),
    beside: beside.map(checkable),
  };
}

function requireDigest({ bytes, digest, ...file }: ListedFile, hub: string): RemoteFile {
  if (bytes !== undefined && digest) return { ...file, bytes, digest };
  throw new ModelError(
    `${hub} does not tell ${bytes === undefined ? 'the size' : 'a hash'} of ${file.path}, which could not be checked: use another mirror or hub`,
  );
}
