import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';

/** Green up to `limit`, red from there on. */
export const redAbove = (limit: number) => steps('green', limit, 'red');

/** Red up to `limit`, green from there on. */
export const redBelow = (limit: number) => steps('red', limit, 'green');

/** One colour whatever the value. */
export const plain = () =>
  new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps([{ color: 'text', value: null as unknown as number }]);

function steps(below: string, limit: number, above: string): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    // Grafana's first step has no lower end: null in its JSON, a number in the SDK's types.
    { color: below, value: null as unknown as number },
    { color: above, value: limit },
  ]);
}
