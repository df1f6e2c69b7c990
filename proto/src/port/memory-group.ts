/** A consumer as its group sees it. */
export interface GroupMember {
  assign(partition: number): void;
  /** Resolves when the partition's handler is closed, or had its time to. */
  revoke(partition: number): Promise<void>;
}

/**
 * Who has which partition of one topic in one group: a coordinator in the fewest lines. A partition goes to its next
 * owner when the one before has closed it, or was evicted. LOG-6.
 */
export class MemoryGroup {
  readonly #partitions: number;
  readonly #members: GroupMember[] = [];
  /** The owner that was chosen last; it may still wait for the one before it. */
  readonly #owners = new Map<number, GroupMember>();
  /** Moves of a partition follow each other. */
  readonly #moves = new Map<number, Promise<void>>();
  readonly #evictions = new Map<GroupMember, { readonly promise: Promise<void>; happened: boolean; happens: () => void }>();

  constructor(partitions: number) {
    this.#partitions = partitions;
  }

  join(member: GroupMember): void {
    this.#members.push(member);
    let happens = () => {};
    const promise = new Promise<void>((resolve) => {
      happens = resolve;
    });
    this.#evictions.set(member, { promise, happened: false, happens });
    this.#spread();
  }

  /** In good order: its partitions are closed before others get them. */
  leave(member: GroupMember): void {
    this.#forget(member);
    this.#spread();
  }

  /** Its partitions are others' at once; it is not told, as it would not hear it. */
  evict(member: GroupMember): void {
    this.#forget(member);
    const eviction = this.#evictions.get(member);
    if (eviction !== undefined) eviction.happened = true;
    eviction?.happens();
    this.#spread();
  }

  /** Every partition is taken from its owner and given out again. */
  rebalance(): void {
    for (let partition = 0; partition < this.#partitions; partition++)
      this.#move(partition, this.#owners.get(partition) ?? null);
  }

  #forget(member: GroupMember): void {
    const at = this.#members.indexOf(member);
    if (at >= 0) this.#members.splice(at, 1);
  }

  #spread(): void {
    for (let partition = 0; partition < this.#partitions; partition++) {
      const next = this.#members[partition % Math.max(1, this.#members.length)] ?? null;
      if (next !== (this.#owners.get(partition) ?? null)) this.#move(partition, next);
    }
  }

  #move(partition: number, next: GroupMember | null): void {
    const before = this.#owners.get(partition);
    if (next === null) this.#owners.delete(partition);
    else this.#owners.set(partition, next);
    const moved = (this.#moves.get(partition) ?? Promise.resolve()).then(async () => {
      const eviction = before === undefined ? undefined : this.#evictions.get(before);
      if (eviction?.happened === false) await Promise.race([before?.revoke(partition), eviction.promise]);
      next?.assign(partition);
    });
    this.#moves.set(partition, moved);
  }
}
