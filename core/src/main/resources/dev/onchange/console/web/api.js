// Calls of the JSON API; addresses are relative, so that the console works below any prefix.
import { useEffect, useRef, useState } from './vendor/preact-htm.module.js';

export class ApiError extends Error {
  constructor(status, body) {
    super(body.message || `The application answered with status ${status}.`);
    this.status = status;
    this.code = body.code;
    this.line = body.line;
    this.column = body.column;
  }
}

let csrf = '';
const watchers = new Set();
let connection = { ok: true, since: null };

function reached(ok) {
  if (ok === connection.ok) return;
  connection = { ok, since: new Date() };
  watchers.forEach(watcher => watcher(connection));
}

export function useConnection() {
  const [state, set] = useState(connection);
  useEffect(() => { watchers.add(set); return () => watchers.delete(set); }, []);
  return state;
}

function address(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== null && value !== '') query.set(name, value);
  }
  const text = query.toString();
  return `api/${path}${text ? `?${text}` : ''}`;
}

async function call(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: 'same-origin', cache: 'no-store', ...options });
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    reached(false);
    throw new ApiError(0, { message: 'The application does not answer. It may have ended; this page tries again.' });
  }
  reached(true);
  const text = await response.text();
  let body = {};
  try { body = text ? JSON.parse(text) : {}; } catch { body = {}; }
  if (response.status === 401) throw new ApiError(401, {
    ...body, message: 'Your session is not valid any more. Open the address that the application printed when it started.' });
  if (!response.ok) throw new ApiError(response.status, body);
  return body;
}

export const get = (path, params, signal) => call(address(path, params), { signal });

const send = (path, body) => call(address(path), {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-OnChange-CSRF': csrf },
  body: JSON.stringify(body ?? {}) });

const session = async () => { const found = await get('session'); csrf = found.csrf; return found; };
export { session };

// An application that was started anew has a new CSRF value: asked for once, then the call is made again.
export async function post(path, body) {
  const before = csrf;
  try {
    return await send(path, body);
  } catch (failure) {
    if (failure.code !== 'CSRF') throw failure;
    await session();
    if (csrf === before) throw failure;
    return send(path, body);
  }
}

/** What a GET answers, asked again every `every` ms while the page is seen; what was known stays while it is asked. */
export function useLoad(path, params, every) {
  const [state, set] = useState({ data: null, error: null, loading: true });
  const key = path + JSON.stringify(params || {});
  const known = useRef(key);
  const again = useRef(() => {});
  useEffect(() => {
    if (path === null) return undefined;
    const abort = new AbortController();
    let timer;
    const load = async () => {
      clearTimeout(timer);
      try {
        const data = await get(path, params, abort.signal);
        known.current = key;
        set({ data, error: null, loading: false });
      } catch (error) {
        if (error.name === 'AbortError') return;
        set(last => ({ data: known.current === key ? last.data : null, error, loading: false }));
      }
      if (every) timer = setTimeout(wait, every);
    };
    const wait = () => document.hidden ? (timer = setTimeout(wait, 500)) : load();
    again.current = load;
    set(last => ({ ...last, loading: true }));
    load();
    return () => { abort.abort(); clearTimeout(timer); };
  }, [key, every]);
  return { ...state, stale: known.current !== key, reload: () => again.current() };
}

/** Server-sent events until `close` is called: `on` maps the name of an event to what takes its data. */
export function listen(path, params, on, onState = () => {}) {
  const source = new EventSource(address(path, params));
  source.onopen = () => onState('open');
  source.onerror = () => onState(source.readyState === EventSource.CLOSED ? 'refused' : 'waiting');
  for (const [name, take] of Object.entries(on)) {
    source.addEventListener(name, event => take(event.data ? JSON.parse(event.data) : {}));
  }
  return () => source.close();
}
