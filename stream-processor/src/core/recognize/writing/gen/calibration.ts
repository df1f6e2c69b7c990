// Made by npm run recognition -- --calibrate, on the dev split.
/** Scores are divided by `temperature`; from `sure` on nobody need look. */
export const CALIBRATION: Readonly<Record<string, { readonly temperature: number; readonly sure: number }>> = {
  "digits": { temperature: 1.0395, sure: 0.9534 },
  "a-d": { temperature: 1.3266, sure: 0.9 },
  "a-h": { temperature: 1.393, sure: 0.9 },
  "true-false": { temperature: 1.2033, sure: 0.9 },
  "marks": { temperature: 0.8979, sure: 0.9 },
  "upper": { temperature: 1.0914, sure: 0.9995 },
  "lower": { temperature: 1.2033, sure: 0.9961 },
  "signs": { temperature: 1.2033, sure: 0.9535 },
};
/** Weights of what is known of a line (see line-confidence.ts), and from which probability on nobody need look. */
export const LINES = {
  "number": { bias: 6.5345, margin: 0.6182, weakest: 0.5581, accepted: 0.9712, more: 0.115, sure: 0.9803 },
  "letters": { bias: 6.3773, margin: 0.6067, weakest: 4.7513, accepted: 3.2605, more: 0, sure: 0.9983 },
  "letters-a-d": { bias: 6.4755, margin: 0.4441, weakest: 0.9073, accepted: 0, more: 0, sure: 0.9938 },
  "letters-a-h": { bias: 7.4192, margin: 0.7038, weakest: 0.013, accepted: 1.3898, more: 0, sure: 0.9734 },
} as const;
