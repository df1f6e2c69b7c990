export * from "./air.ts";
export { createLesson, type Lesson, type LessonOptions, type PlannedStroke, type PupilAct } from "./lesson.ts";
export * from "./simulated-class.ts";
export { createSteadyLesson, type SteadyLessonOptions } from "./steady-lesson.ts";
export * from "./traffic.ts";
export * from "./truth.ts";
export * from "./virtual-pen.ts";
