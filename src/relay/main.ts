import { EXIT_CONFIG, StartError } from '../errors.ts';
import { loadRelaySettings } from './settings.ts';
import { startRelay } from './start-relay.ts';

const GRACE_MS = 5000;

try {
  const relay = await startRelay(loadRelaySettings(process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void relay.stop(GRACE_MS).then(() => process.exit(0)));
  process.send?.('ready'); // PM2's wait_ready
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`alert-relay: ${error.message}\n`, () => process.exit(EXIT_CONFIG));
}
