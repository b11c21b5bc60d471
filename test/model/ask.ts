import type { Engine } from '../../src/model/engine.ts';
import { createTasks } from '../../src/tasks/index.ts';
import { createPredictor, type Prediction } from '../../src/tasks/predictor.ts';

/** Asks the tasks of an engine's own manifest, without a deadline that matters. */
export function ask(engine: Engine, body: unknown): Promise<Prediction> {
  const predictor = createPredictor(createTasks(engine.manifest), engine);
  return predictor.predict(body, { signal: new AbortController().signal, timeoutMs: 60_000 });
}
