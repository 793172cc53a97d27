// Calls of the JSON API; addresses are below that of the page, so that the console works below any prefix.
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
/** `good`: it answers; `late`: it has been asked for some seconds; `lost`: it cannot be reached; `out`: it does not know who asks. */
let connection = { state: 'good', since: null };

// An application that stands still keeps its connections open: it is asked again, but not for ever.
const LATE = 5000;
const GIVEN_UP = 35000;

function reached(state) {
  if (state === connection.state || state === 'late' && connection.state === 'lost') return;
  connection = { state, since: new Date() };
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
  // Not relative: where the page's own address has a user and a password, browsers refuse to fetch what is.
  return `${new URL(`api/${path}`, location.origin + location.pathname)}${text ? `?${text}` : ''}`;
}

/**
 * A part of a path. Servers refuse paths that have some of the characters which an id may have, encoded or not (Tomcat `/` and
 * `\\`, firewalls `%` and `;`): then all is written with `~` in place of `%`, after a `~`.
 */
export function segment(text) {
  const encoded = encodeURIComponent(text);
  return /%(2F|5C|25|3B|7F|[01][0-9A-F])|^[.~]/.test(encoded)
    ? `~${encoded.replaceAll('~', '%7E').replaceAll('.', '%2E').replaceAll('%', '~')}`
    : encoded;
}

async function answer(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: 'same-origin', cache: 'no-store', ...options });
  } catch (failure) {
    if (failure.name === 'AbortError') throw failure;
    reached('lost');
    throw new ApiError(0, { message: `The application does not answer${options.method === 'POST' ? ', so it is not known whether this was done. Look again once it is back.' : '. It may have ended; this page tries again.'}` });
  }
  reached(response.status === 401 ? 'out' : 'good');
  if (response.ok) return response;
  const body = await json(response);
  throw new ApiError(response.status, response.status === 401 ? { ...body, message: `You are not logged in any more. ${body.message || 'Log in again.'}` } : body);
}

/** Of a proxy in between the answer may be anything. */
async function json(response) {
  try { return JSON.parse(await response.text()) || {}; } catch { return {}; }
}

const call = async (url, options) => json(await answer(url, options));

export async function get(path, params, signal) {
  const found = await call(address(path, params), { signal });
  if (path === 'session') csrf = found.csrf;
  return found;
}

const send = (path, body) => call(address(path), {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'X-OnChange-CSRF': csrf },
  body: JSON.stringify(body ?? {}) });

// An application that was started anew has a new CSRF value: asked for once, then the call is made again.
export async function post(path, body) {
  const before = csrf;
  try {
    return await send(path, body);
  } catch (failure) {
    if (failure.code !== 'CSRF') throw failure;
    await get('session');
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
    let asking;
    let timer;
    const load = async () => {
      clearTimeout(timer);
      asking?.abort();
      const mine = asking = new AbortController();
      const late = every && setTimeout(() => reached('late'), LATE);
      const end = every && setTimeout(() => { reached('lost'); mine.abort(); }, GIVEN_UP);
      try {
        const data = await get(path, params, mine.signal);
        if (mine !== asking) return;
        known.current = key;
        set({ data, error: null, loading: false });
      } catch (error) {
        if (mine !== asking) return;
        if (error.name !== 'AbortError') set(last => ({ data: known.current === key ? last.data : null, error, loading: false }));
      } finally {
        clearTimeout(late);
        clearTimeout(end);
      }
      if (every) timer = setTimeout(wait, every);
    };
    const wait = () => document.hidden ? (timer = setTimeout(wait, 500)) : load();
    again.current = () => { set(last => ({ ...last, loading: true })); return load(); };
    again.current();
    return () => { const last = asking; asking = null; again.current = () => {}; last.abort(); clearTimeout(timer); };
  }, [key, every]);
  return { ...state, stale: known.current !== key, reload: () => again.current() };
}

/** Server-sent events until what is returned is called, after a loss from anew: `on` maps the name of an event to what takes its data. */
export function listen(path, params, on, onState) {
  const source = new EventSource(address(path, params));
  source.onopen = () => { reached('good'); onState('open'); };
  source.onerror = () => {
    const refused = source.readyState === EventSource.CLOSED;
    if (!refused) reached('lost');
    onState(refused ? 'refused' : 'waiting');
  };
  for (const [name, take] of Object.entries(on)) {
    source.addEventListener(name, event => take(event.data ? JSON.parse(event.data) : {}));
  }
  return () => source.close();
}

/** The same once: an EventSource would not tell why it is refused. `ended` is told why no more come, and whether that is a failure, unless it was ended from here. */
export function follow(path, params, on, opened, ended) {
  const abort = new AbortController();
  // A browser may keep a page that was left, with what it reads.
  const leave = () => { abort.abort(); ended('The page was left.', false); };
  addEventListener('pagehide', leave);
  const take = block => {
    const lines = block.split('\n');
    const [name, data] = ['event: ', 'data: '].map(field => lines.find(line => line.startsWith(field))?.slice(field.length));
    if (name && data) on[name]?.(JSON.parse(data));
  };
  const read = async () => {
    const reader = (await answer(address(path, params), { signal: abort.signal })).body.getReader();
    opened();
    const decoder = new TextDecoder();
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (text + decoder.decode(part.value, { stream: true })).split('\n\n');
      text = blocks.pop();
      blocks.forEach(take);
    }
    ended('The connection was lost.', true);
  };
  read().catch(failure => { if (failure.name !== 'AbortError') ended(!(failure instanceof ApiError) ? 'The connection was lost.' : failure.status ? failure.message : 'The application does not answer.', true); });
  return () => { removeEventListener('pagehide', leave); abort.abort(); };
}
