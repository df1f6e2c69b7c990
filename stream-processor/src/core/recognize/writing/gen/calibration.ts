// Made by npm run recognition -- --calibrate, on the dev split.
/** Scores are divided by `temperature`; a reading of at least `sure` may be marked without a teacher. */
export const CALIBRATION: Readonly<Record<string, { readonly temperature: number; readonly sure: number }>> = {
  "digits": { temperature: 1.0837, sure: 0.993 },
  "a-d": { temperature: 1.6011, sure: 0.9 },
  "a-h": { temperature: 1.6011, sure: 0.9 },
  "marks": { temperature: 0.9829, sure: 0.9 },
  "number": { temperature: 0.1782, sure: 0.9983 },
  "upper": { temperature: 1.3172, sure: 0.9971 },
  "lower": { temperature: 1.4522, sure: 0.9887 },
  "signs": { temperature: 1.1947, sure: 0.9551 },
  "true-false": { temperature: 0.9829, sure: 0.9 },
  "letters": { temperature: 1.3172, sure: 0.9971 },
};
