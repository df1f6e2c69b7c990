/** One notification, and the dots that are not whole without it. */
export interface Notification {
  readonly bytes: Uint8Array;
  readonly looks: readonly string[];
}

/** Frames back to back, cut to what a notification holds. `lookOf` is null for frames that are no dots. */
export function* notificationsOf(
  frames: readonly Uint8Array[],
  roomBytes: number,
  lookOf: (frame: Uint8Array) => string | null,
): Generator<Notification> {
  let held: Uint8Array[] = [];
  let looks: string[] = [];
  let room = roomBytes;
  const take = (): Notification => {
    const taken = { bytes: new Uint8Array(Buffer.concat(held)), looks };
    held = [];
    looks = [];
    room = roomBytes;
    return taken;
  };
  for (const frame of frames) {
    const look = lookOf(frame);
    for (let at = 0; at < frame.length; ) {
      const part = frame.subarray(at, at + room);
      held.push(part);
      if (look !== null) looks.push(look);
      at += part.length;
      room -= part.length;
      if (room === 0) yield take();
    }
  }
  if (held.length > 0) yield take();
}
