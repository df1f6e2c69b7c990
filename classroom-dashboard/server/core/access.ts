/** Wrong tokens from one address within a minute; after that its tokens are not even looked at. LIVE-12. */
export const WRONG_TOKENS_MAX = 10;
export const WRONG_TOKENS_WINDOW_MS = 60_000;
/** Addresses whose wrong tokens are remembered; the oldest goes first. */
const ADDRESSES_MAX = 1000;
/** A cookie lives as long as a school day. */
const COOKIE_SECONDS = 12 * 60 * 60;

export const ACCESS_TOKEN_LENGTH_MIN = 16;

/** Ways that need no token: whether the service runs at all is no secret, and the form where the token is given. */
export const LOGIN_PATH = "/login";
const OPEN_PATHS = new Set(["/livez", "/readyz", "/healthz", LOGIN_PATH]);

export interface AccessOptions {
  /** The address the server listens on, as it was bound. */
  readonly boundHost: string;
  readonly port: number;
  /** Null is possible on loopback only. */
  readonly token: string | null;
  /** More names under which a browser may address this server. */
  readonly allowedHosts: readonly string[];
  /** SHA-256 of a text's UTF-8 bytes. */
  readonly digest: (text: string) => Uint8Array;
}

/** What a request or an upgrade says of itself; a header that is absent is null. */
export interface AccessRequest {
  readonly path: string;
  /** Value of `?token=`, or what the login form sent. */
  readonly token: string | null;
  readonly host: string | null;
  readonly origin: string | null;
  readonly authorization: string | null;
  readonly cookie: string | null;
  readonly remoteAddress: string;
}

export type AccessVerdict =
  | { readonly kind: "open" }
  /** The token was given in the address or the form: keep it in this cookie. */
  | { readonly kind: "enter"; readonly setCookie: string }
  | { readonly kind: "refused"; readonly status: 401 | 403 | 421 | 429; readonly code: AccessFault; readonly text: string };

const ACCESS_FAULTS = {
  "access.host": {
    status: 421,
    text: "this server is not known under the name in the Host header; PENLIGHT_ALLOWED_HOSTS gives it more names",
  },
  "access.origin": { status: 403, text: "a page of another origin asked" },
  "access.token": { status: 401, text: "the access token is missing or wrong; it was printed when the server was started" },
  "access.too-many": { status: 429, text: "too many wrong tokens; wait a minute" },
} as const;
type AccessFault = keyof typeof ACCESS_FAULTS;

/** Who may see what. Pure: headers and time in, a verdict out; the same for HTTP and for sockets. LIVE-11, LIVE-12. */
export class Access {
  readonly cookieName: string;
  readonly #options: AccessOptions;
  readonly #hosts: ReadonlySet<string>;
  readonly #secret: Uint8Array | null;
  readonly #cookieSecret: string;
  readonly #wrong = new Map<string, { count: number; sinceMs: number }>();

  /** @throws RangeError when another address than loopback is bound without a token, or the token is too short. */
  constructor(options: AccessOptions) {
    const { token, boundHost, digest } = options;
    if (!isLoopback(boundHost) && (token === null || token.length < ACCESS_TOKEN_LENGTH_MIN)) {
      throw new RangeError(`an address that is not loopback needs a token of at least ${ACCESS_TOKEN_LENGTH_MIN} characters`);
    }
    this.#options = options;
    // Cookies know no ports: servers of one token share theirs, behind whatever address, and others keep their own. LIVE-16.
    this.cookieName = `penlight-${token === null ? "open" : hex(digest(`name of ${token}`)).slice(0, 12)}`;
    this.#secret = isLoopback(boundHost) || token === null ? null : digest(token);
    // The cookie is derived, so that a cookie that leaks does not tell the token.
    this.#cookieSecret = token === null ? "" : hex(digest(`cookie of ${token}`));
    this.#hosts = new Set([...options.allowedHosts.map(lower), ...(isWildcard(boundHost) ? [] : [bare(lower(boundHost))])]);
  }

  /** Loopback is open: whoever can reach it sits at this machine. */
  get needsToken(): boolean {
    return this.#secret !== null;
  }

  judge(request: AccessRequest, nowMs: number): AccessVerdict {
    if (!this.#knowsHost(request.host)) return refused("access.host");
    if (request.origin !== null && !this.#isOwnOrigin(request.origin, request.host)) return refused("access.origin");
    if (this.#secret === null || OPEN_PATHS.has(request.path)) return { kind: "open" };
    const { digest } = this.#options;
    const offered = offeredTokens(request, this.cookieName);
    if (offered.length === 0) return refused("access.token");
    if (this.#isTired(request.remoteAddress, nowMs)) return refused("access.too-many");
    for (const { kind, value } of offered) {
      const secret = kind === "cookie" ? digest(this.#cookieSecret) : this.#secret;
      if (!sameBytes(digest(value), secret)) continue;
      return kind === "given" ? { kind: "enter", setCookie: this.#setCookie() } : { kind: "open" };
    }
    this.#countWrong(request.remoteAddress, nowMs);
    return refused("access.token");
  }

  #setCookie(): string {
    return `${this.cookieName}=${this.#cookieSecret}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${COOKIE_SECONDS}`;
  }

  /**
   * A name in the Host header that is not ours is DNS rebinding: a stranger's page whose name was pointed here. Bare IP
   * addresses cannot be rebound, so they are fine where every interface is listened on.
   */
  #knowsHost(host: string | null): boolean {
    const name = host === null ? null : hostName(host);
    if (name === null) return false;
    if (this.#hosts.has(name)) return true;
    const wildcard = isWildcard(this.#options.boundHost);
    return isLoopback(name) ? wildcard || isLoopback(this.#options.boundHost) : wildcard && isIpAddress(name);
  }

  #isOwnOrigin(origin: string, host: string | null): boolean {
    const match = /^https?:\/\/(.+)$/.exec(lower(origin));
    return match !== null && host !== null && match[1] === lower(host);
  }

  #isTired(address: string, nowMs: number): boolean {
    const wrong = this.#wrong.get(address);
    return wrong !== undefined && wrong.count >= WRONG_TOKENS_MAX && nowMs - wrong.sinceMs < WRONG_TOKENS_WINDOW_MS;
  }

  #countWrong(address: string, nowMs: number): void {
    const wrong = this.#wrong.get(address);
    if (wrong !== undefined && nowMs - wrong.sinceMs < WRONG_TOKENS_WINDOW_MS) {
      wrong.count++;
      return;
    }
    this.#wrong.delete(address);
    this.#wrong.set(address, { count: 1, sinceMs: nowMs });
    if (this.#wrong.size > ADDRESSES_MAX) this.#wrong.delete(this.#wrong.keys().next().value as string);
  }
}

type Offered = { readonly kind: "given" | "bearer" | "cookie"; readonly value: string };

function offeredTokens(request: AccessRequest, cookieName: string): Offered[] {
  const offered: Offered[] = [];
  if (request.token !== null) offered.push({ kind: "given", value: request.token });
  const bearer = /^Bearer +(\S+)$/i.exec(request.authorization ?? "")?.[1];
  if (bearer !== undefined) offered.push({ kind: "bearer", value: bearer });
  for (const pair of (request.cookie ?? "").split(";")) {
    const [name, value] = pair.trim().split("=");
    if (name === cookieName && value !== undefined) offered.push({ kind: "cookie", value });
  }
  return offered;
}

function refused(code: AccessFault): AccessVerdict {
  return { kind: "refused", code, ...ACCESS_FAULTS[code] };
}

/**
 * Takes the same time wherever the first difference is. What is compared are digests, so that a length tells nothing
 * either, and a guesser cannot choose the bytes that are compared. LIVE-12.
 */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] ?? 0);
  return difference === 0;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `[::1]:7300` -> `::1`, `Board.local:7300` -> `board.local`; null: not a host. */
function hostName(host: string): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::\d{1,5})?$/.exec(lower(host));
  return match === null ? null : bare(match[1] as string);
}

function bare(host: string): string {
  return host.startsWith("[") ? host.slice(1, -1) : host;
}

function lower(text: string): string {
  return text.toLowerCase();
}

export function isLoopback(host: string): boolean {
  const name = bare(lower(host));
  return name === "localhost" || name === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

function isWildcard(host: string): boolean {
  return host === "" || host === "0.0.0.0" || bare(host) === "::";
}

function isIpAddress(name: string): boolean {
  return name.includes(":") || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}
