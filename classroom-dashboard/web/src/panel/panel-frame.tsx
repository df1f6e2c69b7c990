import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../state/app.ts";

interface PanelFrameProps {
  readonly kind: "item" | "student";
  readonly label: string;
  /** What is shown; when it changes by keyboard the heading takes the focus. */
  readonly subject: string;
  readonly title: ComponentChildren;
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Frame of an opened panel: heading, close, and for a page enlarge. */
export function PanelFrame({ kind, label, subject, title, note, children }: PanelFrameProps) {
  const app = useApp();
  const text = app.text.value;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (app.takesFocus.peek()) heading.current?.focus();
  }, [app, subject]);
  return (
    <aside
      class="panel card"
      aria-label={label}
      data-testid="drawer"
      data-kind={kind}
      data-subject={subject}
      data-enlarged={app.enlarged.value ? "yes" : undefined}
    >
      <div class="panel-head">
        <h2 tabIndex={-1} ref={heading}>
          {title}
        </h2>
        {note}
        {kind === "student" ? (
          <button
            type="button"
            class="icon enlarge"
            data-testid="enlarge"
            aria-pressed={app.enlarged.value}
            aria-label={app.enlarged.value ? text.reduce : text.enlarge}
            title={app.enlarged.value ? text.reduce : text.enlarge}
            onClick={() => {
              app.enlarged.value = !app.enlarged.value;
            }}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d={app.enlarged.value ? "M6 2v4H2M10 14v-4h4" : "M9 2h5v5M7 14H2V9M14 2 9.5 6.5M2 14l4.5-4.5"} />
            </svg>
          </button>
        ) : null}
        <button
          type="button"
          class="icon"
          data-testid="drawer-close"
          aria-label={text.close}
          title={text.close}
          onClick={app.close}
        >
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <path d="m3.5 3.5 9 9m0-9-9 9" />
          </svg>
        </button>
      </div>
      {children}
    </aside>
  );
}
