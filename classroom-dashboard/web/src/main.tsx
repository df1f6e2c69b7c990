import { render } from "preact";
import { Shell } from "./shell.tsx";
import { AppProvider, createApp } from "./state/app.ts";

const root = document.getElementById("app");
if (root === null) throw new Error("index.html has no element #app");
const app = createApp();
render(
  <AppProvider value={app}>
    <Shell />
  </AppProvider>,
  root,
);
app.start();
