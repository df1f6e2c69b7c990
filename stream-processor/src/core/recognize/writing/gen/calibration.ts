// Made by npm run recognition -- --calibrate, on the dev split.
/** Scores are divided by `temperature`; a reading of at least `sure` may be marked without a teacher. */
export const CALIBRATION: Readonly<Record<string, { readonly temperature: number; readonly sure: number }>> = {
  "digits": { temperature: 1.1009, sure: 0.9781 },
  "a-d": { temperature: 1.5491, sure: 0.8 },
  "a-h": { temperature: 1.5491, sure: 0.8 },
  "marks": { temperature: 0.9985, sure: 0.8 },
  "number": { temperature: 0.1351, sure: 0.9859 },
  "upper": { temperature: 1.3382, sure: 0.9937 },
  "lower": { temperature: 1.405, sure: 0.9896 },
  "signs": { temperature: 1.2137, sure: 0.9515 },
  "true-false": { temperature: 0.9985, sure: 0.8 },
  "letters": { temperature: 1.3382, sure: 0.9937 },
};
