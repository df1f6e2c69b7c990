const encoder = new TextEncoder();

/**
 * Partition of a key: Kafka's default partitioner, `toPositive(murmur2(utf8(key))) % partitions`, computed by us so
 * that every adapter agrees. LOG-2. Source: org.apache.kafka.common.utils.Utils.murmur2 (seed 0x9747b28c).
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(encoder.encode(key)) & 0x7fffffff) % partitions;
}

/** MurmurHash2, 32 bit, as Kafka defines it. */
export function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995;
  const length = bytes.length;
  let h = 0x9747b28c ^ length;
  const words = length >>> 2;
  for (let i = 0; i < words; i++) {
    const at = i * 4;
    let k =
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    h = Math.imul(h, m) ^ k;
  }
  const tail = words * 4;
  const rest = length - tail;
  if (rest >= 3) h ^= (bytes[tail + 2] as number) << 16;
  if (rest >= 2) h ^= (bytes[tail + 1] as number) << 8;
  if (rest >= 1) {
    h ^= bytes[tail] as number;
    h = Math.imul(h, m);
  }
  h ^= h >>> 13;
  h = Math.imul(h, m);
  h ^= h >>> 15;
  return h | 0;
}
