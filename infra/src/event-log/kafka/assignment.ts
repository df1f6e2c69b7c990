/** A member of a group as its leader sees it. */
export interface Claimant {
  readonly memberId: string;
  /** Partitions that it has open, and since which generation it has been a member without a break. */
  readonly owned: readonly number[];
  readonly generation: number;
}

/**
 * Who gets which partition. Everyone keeps what it has up to its fair share (so that a lesson is not moved without need),
 * and the rest goes to whoever has too little. A partition that another member still has open goes to nobody this time:
 * when that member has closed it, the group is asked again. So two never have one open by assignment.
 */
export function assign(members: readonly Claimant[], partitions: number): Map<string, number[]> {
  const owners = ownersOf(members, partitions);
  const held = new Map(members.map(({ memberId }) => [memberId, 0]));
  for (const owner of owners.values()) held.set(owner, (held.get(owner) ?? 0) + 1);
  // Those who have most keep the one that the division leaves over.
  const order = [...held.keys()].sort((a, b) => (held.get(b) ?? 0) - (held.get(a) ?? 0) || (a < b ? -1 : 1));
  const share = Math.floor(partitions / order.length);
  const given = new Map<string, number[]>(order.map((memberId) => [memberId, []]));
  const shares = new Map(order.map((memberId, i) => [memberId, share + (i < partitions % order.length ? 1 : 0)]));
  const free: number[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const owner = owners.get(partition);
    if (owner === undefined) {
      free.push(partition);
      continue;
    }
    const kept = given.get(owner) as number[];
    if (kept.length < (shares.get(owner) ?? 0)) kept.push(partition);
  }
  for (const partition of free) {
    const poorest = order.find((memberId) => (given.get(memberId)?.length ?? 0) < (shares.get(memberId) ?? 0));
    if (poorest !== undefined) given.get(poorest)?.push(partition);
  }
  return given;
}

/** Of two who claim a partition, the one whose membership is younger has it. */
function ownersOf(members: readonly Claimant[], partitions: number): Map<number, string> {
  const owners = new Map<number, Claimant>();
  for (const member of members) {
    for (const partition of member.owned) {
      if (partition >= partitions) continue;
      const other = owners.get(partition);
      if (other === undefined || other.generation < member.generation) owners.set(partition, member);
    }
  }
  return new Map([...owners].map(([partition, { memberId }]) => [partition, memberId]));
}
