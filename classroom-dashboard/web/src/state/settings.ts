import { computed, signal } from "@preact/signals";
import { chooseLanguage, MESSAGES } from "../i18n/language.ts";
import { MARK_WORDS } from "../i18n/mark-words.ts";
import type { Language } from "../i18n/messages.ts";
import { PAGE_MESSAGES } from "../i18n/page-messages.ts";

const LANGUAGE = "penlight.language";
const HIDE_NAMES = "penlight.hide-names";
const ROOMY = "penlight.roomy";
const TEACHER = "penlight.teacher";

/** What this teacher prefers on this machine; kept in the browser's storage where it has one. */
export function createSettings() {
  const language = signal<Language>(chooseLanguage(read(LANGUAGE), navigator.languages));
  const hideNames = signal(read(HIDE_NAMES) === "yes");
  const teacher = signal(read(TEACHER) ?? "");
  const roomy = signal(read(ROOMY) === "yes");
  return {
    language,
    text: computed(() => MESSAGES[language.value]),
    /** Texts of the pages beside the board. */
    pages: computed(() => PAGE_MESSAGES[language.value]),
    markWords: computed(() => MARK_WORDS[language.value]),
    hideNames,
    roomy,
    /** The name that goes with this teacher's marks; empty: none was said. */
    teacher,
    setTeacher: (name: string) => {
      teacher.value = name;
      write(TEACHER, name);
    },
    setLanguage: (next: Language) => {
      language.value = next;
      write(LANGUAGE, next);
    },
    toggleNames: () => {
      hideNames.value = !hideNames.value;
      write(HIDE_NAMES, hideNames.value ? "yes" : "no");
    },
    toggleRoomy: () => {
      roomy.value = !roomy.value;
      write(ROOMY, roomy.value ? "yes" : "no");
    },
  };
}

/** Storage may be switched off; then a choice lasts as long as the page. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function write(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Nothing to do: the choice still holds on this page.
  }
}
