/** Whole style of the page; its hash is in the content security policy. */
export const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #f4f5f7; color: #1b1f24; }
main { width: min(28rem, calc(100vw - 2rem)); padding: 2rem; border-radius: 12px; background: #fff; box-shadow: 0 1px 8px #0002; }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; }
p { margin: 0 0 1rem; }
label { display: block; font-weight: 600; }
input { box-sizing: border-box; width: 100%; margin: .25rem 0 1rem; padding: .6rem; font: inherit; border: 1px solid #6b7280; border-radius: 6px; }
button { width: 100%; min-height: 44px; font: inherit; font-weight: 600; color: #fff; background: #00598c; border: 0; border-radius: 6px; }
[role=alert] { padding: .5rem .75rem; border-left: 4px solid #b23c00; background: #fdf0e9; }
@media (prefers-color-scheme: dark) {
  body { background: #111418; color: #e7eaee; }
  main { background: #1c2127; }
  [role=alert] { background: #3a2417; }
}
`;

const ALERTS: Readonly<Record<string, string>> = {
  "access.wrong": "令牌不正确。 The token is not right.",
  "access.too-many": "尝试次数过多，请一分钟后再试。 Too many tries; wait a minute.",
};

/**
 * The form that asks for the token, in both languages since nobody has chosen one yet. "entered": the page that leads
 * on. It leads by a refresh and not by a redirect, because a strict cookie is not sent along a redirect that began on
 * another site (a link in a mail).
 */
export function loginPage(state: string): string {
  if (state === "entered")
    return page('<p>正在打开… Opening…</p><p><a href="/">Penlight</a></p>', '<meta http-equiv="refresh" content="0;url=/">');
  const alert = ALERTS[state];
  return page(`
    <h1>Penlight</h1>
    ${alert === undefined ? "" : `<p role="alert">${alert}</p>`}
    <p lang="zh">请输入服务器启动时显示的访问令牌。</p>
    <p lang="en">Enter the access token that was shown when the server was started.</p>
    <form method="post" action="/login">
      <label for="token">访问令牌 Access token</label>
      <input id="token" name="token" type="password" required autofocus autocomplete="current-password" spellcheck="false">
      <button type="submit">打开 Open</button>
    </form>`);
}

function page(body: string, head = ""): string {
  return `<!doctype html>
<html lang="zh">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">${head}<title>Penlight</title><style>${STYLE}</style></head>
<body><main>${body}</main></body>
</html>
`;
}
