// Made by npm run recognition -- --calibrate, on the dev split.
/** Scores are divided by `temperature`; a reading of at least `sure` may be marked without a teacher. */
export const CALIBRATION: Readonly<Record<string, { readonly temperature: number; readonly sure: number }>> = {
  "digits": { temperature: 1.0667, sure: 0.9935 },
  "a-d": { temperature: 1.6548, sure: 0.7638 },
  "a-h": { temperature: 1.576, sure: 0.8116 },
  "marks": { temperature: 1.0159, sure: 0.5 },
  "number": { temperature: 0.5388, sure: 0.9958 },
  "upper": { temperature: 1.2966, sure: 0.9977 },
  "lower": { temperature: 1.4295, sure: 0.9888 },
  "signs": { temperature: 1.3614, sure: 0.9643 },
  "true-false": { temperature: 1.0159, sure: 0.5 },
  "letters": { temperature: 1.2966, sure: 0.9977 },
};
