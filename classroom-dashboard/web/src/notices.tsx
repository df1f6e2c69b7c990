import { useApp } from "./state/app.ts";
import type { RoomChoice } from "./state/connection.ts";

export function Notice({ name, title, hint }: { name: string; title: string; hint: string }) {
  return (
    <main id="content" tabIndex={-1} class="notice" data-testid={`notice-${name}`}>
      <section class="card">
        <h2>{title}</h2>
        {hint === "" ? null : <p>{hint}</p>}
      </section>
    </main>
  );
}

export function RoomList({ rooms, unknown }: { rooms: readonly RoomChoice[]; unknown: boolean }) {
  const { text: texts } = useApp();
  const text = texts.value;
  if (rooms.length === 0) return <Notice name="no-rooms" title={text.noRooms} hint={text.noRoomsHint} />;
  return (
    <main id="content" tabIndex={-1} class="notice" data-testid="notice-rooms">
      <section class="card">
        {unknown ? <p role="alert">{text.unknownRoom}</p> : null}
        <h2>{text.chooseRoom}</h2>
        <ul class="rooms">
          {rooms.map(({ room, name }) => (
            <li key={room}>
              <a href={`/?room=${encodeURIComponent(room)}`} data-room={room}>
                {name === null ? room : text.pick(name)}
              </a>
            </li>
          ))}
        </ul>
      </section>
    </main>
  );
}

/** Asks for the token that the terminal printed; the server's login turns it into a cookie. */
export function TokenForm() {
  const { text: texts } = useApp();
  const text = texts.value;
  return (
    <main id="content" tabIndex={-1} class="notice" data-testid="notice-denied">
      <section class="card">
        <h2>{text.denied}</h2>
        <p>{text.deniedHint}</p>
        <form method="post" action="/login">
          <label>
            <span>{text.token}</span>
            <input name="token" type="password" autocomplete="current-password" required />
          </label>
          <button type="submit" class="primary">
            {text.tokenSend}
          </button>
        </form>
      </section>
    </main>
  );
}
