import { ModelError } from '../model-error.ts';
import type { RemoteFile } from './hub.ts';

/** Ways to hold weights, the best first; each a list of patterns that must all be met. */
const WEIGHTS: readonly (readonly RegExp[])[] = [
  [/^model\.safetensors$/],
  [/^model\.safetensors\.index\.json$/, /^model-\d+-of-\d+\.safetensors$/],
  [/^pytorch_model\.bin$/],
  [/^pytorch_model\.bin\.index\.json$/, /^pytorch_model-\d+-of-\d+\.bin$/],
  [/^onnx\/model\.onnx$/],
  [/^model\.onnx$/],
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

/**
 * The few files of a repository that a conversion needs; one kind of weights.
 * @throws ModelError when there is no config.json or no weights of a known kind.
 */
export function chooseFiles(files: readonly RemoteFile[], id: string): RemoteFile[] {
  const matching = (pattern: RegExp) => files.filter(({ path }) => pattern.test(path));
  const beside = BESIDE.flatMap(matching);
  if (!beside.some(({ path }) => path === 'config.json'))
    throw new ModelError(`${id} has no config.json: it is no model in Hugging Face's layout`);
  const kind = WEIGHTS.find((patterns) => patterns.every((pattern) => matching(pattern).length > 0));
  if (!kind)
    throw new ModelError(`${id} has no weights that can be read (safetensors, pytorch_model.bin or ONNX)`);
  const weights = kind.flatMap(matching);
  // An ONNX graph may keep its weights beside it.
  const data = files.filter(({ path }) =>
    weights.some((w) => [`${w.path}_data`, `${w.path}.data`].includes(path)),
  );
  return [...beside, ...weights, ...data];
}
