import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transpose } from '../../src/model/build/graph/transpose.ts';
import { find, readMessage } from '../../test/unit/model-build/read-onnx.ts';
import { type Tensor, writeSafetensors } from './write-safetensors.ts';

/** config.json of BAAI/bge-small-zh-v1.5. */
const CONFIG = {
  model_type: 'bert',
  hidden_act: 'gelu',
  layer_norm_eps: 1e-12,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  vocab_size: 21128,
  num_hidden_layers: 4,
  hidden_size: 512,
  num_attention_heads: 8,
  intermediate_size: 2048,
};

const MODULES = ['Transformer', 'Pooling', 'Normalize'].map((name, idx) => ({
  idx,
  path: name === 'Pooling' ? '1_Pooling' : '',
  type: `sentence_transformers.models.${name}`,
}));

/**
 * Lays out a published ONNX export of bge-small-zh-v1.5 as its hub does: `weights` with model.safetensors made from the
 * graph's tensors, `graph` with the export itself as onnx/model.onnx.
 */
export async function layOutBge(dir: string, onnxPath: string, tokenizerPath: string): Promise<void> {
  for (const kind of ['weights', 'graph']) {
    const folder = join(dir, kind);
    await mkdir(join(folder, '1_Pooling'), { recursive: true });
    await mkdir(join(folder, 'onnx'), { recursive: true });
    await writeFile(join(folder, 'config.json'), JSON.stringify(CONFIG));
    await writeFile(join(folder, 'modules.json'), JSON.stringify(MODULES));
    await writeFile(join(folder, '1_Pooling', 'config.json'), '{"pooling_mode_cls_token": true}');
    await copyFile(tokenizerPath, join(folder, 'tokenizer.json'));
  }
  await copyFile(onnxPath, join(dir, 'graph', 'onnx', 'model.onnx'));
  await writeSafetensors(join(dir, 'weights', 'model.safetensors'), readTensors(await readFile(onnxPath)));
}

/** Exporters rename and transpose the matrices: the node that multiplies by one tells whose it is. */
function readTensors(model: Buffer): Tensor[] {
  const [graph] = find(readMessage(model), 7) as Buffer[];
  const strings = (message: Buffer, field: number) => find(readMessage(message), field).map(String);
  const parts = readMessage(graph as Buffer);
  const owner = new Map<string, string>();
  for (const node of find(parts, 1) as Buffer[]) {
    const [op] = strings(node, 4);
    const [name = ''] = strings(node, 3);
    const [, matrix = ''] = strings(node, 1);
    if (op === 'MatMul' && matrix.startsWith('onnx::'))
      owner.set(
        matrix,
        `${name
          .replace(/^\//, '')
          .replace(/\/MatMul$/, '')
          .replaceAll('/', '.')}.weight`,
      );
  }
  return (find(parts, 5) as Buffer[]).flatMap((initializer): Tensor[] => {
    const fields = readMessage(initializer);
    const [name = ''] = strings(initializer, 8);
    const shape = find(fields, 1).map(Number);
    const [raw] = find(fields, 9) as Buffer[];
    const matrixOf = owner.get(name);
    if (!raw || !(matrixOf || /^(embeddings|encoder)\./.test(name))) return [];
    const floats = new Float32Array(new Uint8Array(raw).buffer);
    if (!matrixOf) return [{ name, shape, values: () => floats }];
    const [from = 0, to = 0] = shape;
    return [{ name: matrixOf, shape: [to, from], values: () => transpose(floats, from, to) }];
  });
}
