import type { ClassPens, PasswordOutcome, PenId } from "@penlight/proto";
import { useState } from "preact/hooks";
import { useApp } from "../state/app.ts";
import { longPen, shortPen } from "./answers.ts";

/** What can be done with a pen's password. */
const WAYS = ["set", "change", "clear", "unlock"] as const;
type Way = (typeof WAYS)[number];

/** What the server's answer says; "failed": it did not come so far. */
type Told = { readonly outcome: PasswordOutcome | "not-here" | "invalid" | "failed"; readonly triesLeft: number | null };

/** Sets, changes and takes away the password of a pen that is there; gives that of a locked one. Nothing is kept here. REG-9. */
export function Password({ pens }: { pens: ClassPens }) {
  const words = useApp().pages.value.password;
  const here = pensHere(pens);
  const [chosen, choose] = useState<PenId | null>(null);
  const [way, setWay] = useState<Way>("set");
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const [told, setTold] = useState<Told | "asking" | null>(null);
  const gone = chosen !== null && here.every((each) => each.pen !== chosen) ? [{ pen: chosen, isLocked: false }] : [];
  // Whoever has begun to type means this pen and no other, also when it goes.
  const shownPens = [...here, ...gone];
  const pen = shownPens.find((each) => each.pen === chosen) ?? here[0];
  if (pen === undefined) return null;
  // A locked pen has one: it has to be given, whatever else is wanted.
  const ways = WAYS.filter((each) => pen.isLocked === (each === "unlock"));
  const shown = ways.includes(way) ? way : (ways[0] as Way);
  const needs = { old: shown !== "set", fresh: shown === "set" || shown === "change" };
  const isReady = told !== "asking" && (!needs.old || old !== "") && (!needs.fresh || fresh !== "");
  const type = (set: (value: string) => void) => (value: string) => {
    choose(pen.pen);
    set(value);
  };
  const send = async () => {
    setTold("asking");
    const wish = { old: needs.old ? old : null, new: shown === "unlock" ? old : needs.fresh ? fresh : null };
    setTold(await put(pen.pen, wish));
    setOld("");
    setFresh("");
  };
  return (
    <form
      class="make-list"
      data-testid="password"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) void send();
      }}
    >
      <h3>{words.title}</h3>
      <label>
        <span>{words.pen}</span>
        <select
          class="choice-list"
          name="password-pen"
          value={pen.pen}
          onChange={(event) => choose(event.currentTarget.value as PenId)}
        >
          {shownPens.map(({ pen: id, isLocked }) => (
            <option key={id} value={id} title={longPen(id)}>
              {isLocked ? words.locked(shortPen(id)) : shortPen(id)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{words.what}</span>
        <select
          class="choice-list"
          name="password-way"
          value={shown}
          onChange={(event) => setWay(event.currentTarget.value as Way)}
        >
          {ways.map((each) => (
            <option key={each} value={each}>
              {words.ways[each]}
            </option>
          ))}
        </select>
      </label>
      {needs.old ? <Field name="password-old" label={words.old} value={old} change={type(setOld)} /> : null}
      {needs.fresh ? <Field name="password-new" label={words.fresh} value={fresh} change={type(setFresh)} /> : null}
      <button type="submit" class="tool" disabled={!isReady}>
        {words.send}
      </button>
      <p role="status" data-testid="password-told" data-outcome={told === null || told === "asking" ? told : told.outcome}>
        {told === null ? words.hint : told === "asking" ? words.asking : words.told[told.outcome](told.triesLeft)}
      </p>
    </form>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
}

function Field({ name, label, value, change }: FieldProps) {
  return (
    <label>
      <span>{label}</span>
      <input
        type="password"
        autocomplete="off"
        maxLength={16}
        name={name}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}

/** Pens of the class and of the school that a gateway has now. */
function pensHere({ students, free }: ClassPens) {
  const all = [...students.flatMap(({ pens }) => pens), ...free.filter(({ isRegistered }) => isRegistered)];
  return all.flatMap(({ pen, link }) =>
    link === "connected" || link === "locked" ? [{ pen, isLocked: link === "locked" }] : [],
  );
}

async function put(pen: PenId, wish: { readonly old: string | null; readonly new: string | null }): Promise<Told> {
  try {
    const response = await fetch(`/api/v1/pens/${pen}/password`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wish),
    });
    const told = (await response.json()) as { readonly error?: string; readonly triesLeft?: number | null };
    const triesLeft = told.triesLeft ?? null;
    if (response.ok) return { outcome: "done", triesLeft };
    const said = /^pens\.(?:password-)?(refused|unknown|not-now|too-risky|not-here|invalid)$/.exec(told.error ?? "")?.[1];
    return { outcome: (said as Told["outcome"] | undefined) ?? "failed", triesLeft };
  } catch {
    return { outcome: "failed", triesLeft: null };
  }
}
