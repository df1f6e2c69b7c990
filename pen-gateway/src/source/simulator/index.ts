export * from "./air.ts";
export { createLesson, type Lesson, type LessonOptions } from "./lesson.ts";
export type { PlannedStroke, PupilAct } from "./pupil-act.ts";
export type { InkOfWriter, InkSample, RecordedInk } from "./recorded-script.ts";
export * from "./simulated-class.ts";
export { createSteadyLesson, type SteadyLessonOptions } from "./steady-lesson.ts";
export * from "./traffic.ts";
export * from "./truth.ts";
export * from "./virtual-pen.ts";
