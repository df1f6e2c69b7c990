// Loaded into a process before anything else: its wall clock is STEPPED_CLOCK_MS off, as after a step of the machine's.
const offsetMs = Number(process.env.STEPPED_CLOCK_MS);
const RealDate = Date;
const realNow = Date.now.bind(Date);

globalThis.Date = class extends RealDate {
  constructor(...args) {
    if (args.length === 0) super(realNow() + offsetMs);
    else super(...args);
  }
  static now() {
    return realNow() + offsetMs;
  }
};
