import { useEffect } from "preact/hooks";
import { useApp } from "../state/app.ts";
import { ItemPanel } from "./item-panel.tsx";
import { StudentPanel } from "./student-panel.tsx";
import { SummaryPanel } from "./summary-panel.tsx";

/** Beside the board: one item, one student's page, or the class when nothing is open. */
export function Panel() {
  const app = useApp();
  const open = app.open.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || app.open.peek().kind === "summary") return;
      event.preventDefault();
      app.close();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [app]);
  switch (open.kind) {
    case "summary":
      return <SummaryPanel />;
    case "item":
      return <ItemPanel item={open.item} />;
    case "student":
      return <StudentPanel student={open.student} item={open.item} page={open.page} />;
  }
}
