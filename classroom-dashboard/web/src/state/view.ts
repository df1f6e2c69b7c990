/** Pages of a room: `?room=...&view=...`. The list of a class is a sheet to print, led to from its pens. */
export const VIEWS = ["board", "pens", "radio", "list"] as const;
export type View = (typeof VIEWS)[number];

export function viewOf(search: string): View {
  const wanted = new URLSearchParams(search).get("view");
  return VIEWS.find((view) => view === wanted) ?? "board";
}

/** The same room seen in another way. */
export function addressOf(view: View, room: string): string {
  return view === "board" ? `/?room=${encodeURIComponent(room)}` : `/?room=${encodeURIComponent(room)}&view=${view}`;
}
