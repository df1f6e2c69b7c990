import { describe, expect, it } from "vitest";
import { HISTORY_DELAYED_MS, HISTORY_NEWS_MS, HistoryNews } from "../../src/core/history-news.ts";

describe("HistoryNews", () => {
  it("[EVT-19] tells of a history that is behind, once a second, and once that it no longer is", () => {
    const news = new HistoryNews();
    const late = { ageMs: HISTORY_DELAYED_MS, rows: 40 };
    expect(news.take({ ageMs: HISTORY_DELAYED_MS - 1, rows: 3 }, 0)).toBeNull();
    expect(news.take(late, 1000)).toEqual(late);
    expect(news.take(late, 1000 + HISTORY_NEWS_MS - 1)).toBeNull();
    expect(news.take(late, 1000 + HISTORY_NEWS_MS)).toEqual(late);
    expect(news.take({ ageMs: 0, rows: 0 }, 3000)).toEqual({ ageMs: 0, rows: 0 });
    expect(news.take({ ageMs: 0, rows: 0 }, 9000)).toBeNull();
  });
});
