import { useEffect } from "preact/hooks";

/** Keys of a whole page, wherever the focus is; what is typed into a field, or presses a button, is left alone. */
export function usePageKeys(onKey: (event: KeyboardEvent) => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const { target, key } = event;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
      const presses = (key === " " || key === "Enter") && target instanceof HTMLButtonElement;
      if (!presses) onKey(event);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [onKey]);
}
