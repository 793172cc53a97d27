import { useEffect, useRef, useState } from '../vendor/preact-htm.module.js';
import { post, segment, useLoad } from '../api.js';
import { CancelReplay, Replays, replayState, Waits } from '../jobs.js';
import { Act, Bar, Code, Dialog, Empty, Form, go, handlerLink, html, keepFocus, keyText, Loaded, mayOperate, number, plain, pretty, Problem, READ_ONLY, Session, State, useContext, useFocused, usePageTop, When } from '../ui.js';

const FILTERS = ['handler', 'exception', 'state', 'from', 'to', 'document', 'match'];
const only = (params, names) => Object.fromEntries(names.filter(name => params[name]).map(name => [name, params[name]]));
const iso = local => local ? new Date(local).toISOString() : '';
const local = value => {
  if (!value) return '';
  const date = new Date(value);
  return new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
};
const json = document => typeof document === 'string' ? document : JSON.stringify(document);

function Filter({ params }) {
  const [form, set] = useState(only(params, FILTERS));
  useEffect(() => set(only(params, FILTERS)), [JSON.stringify(only(params, FILTERS))]);
  const change = name => event => set({ ...form, [name]: event.target.value });
  const search = event => { event.preventDefault(); go('letters', form); };
  const { access, payloads } = useContext(Session);
  const refused = payloads === 'MASKED' && access !== 'OPERATE';
  return html`<form class="tools" onSubmit=${search}>
    <label>Handler <input name="handler" value=${form.handler || ''} onInput=${change('handler')} /></label>
    <label>Exception <input name="exception" value=${form.exception || ''} onInput=${change('exception')} placeholder="class name" /></label>
    <label>State <select name="state" value=${form.state || ''} onChange=${change('state')}>
      <option value="">all</option><option value="DEAD">dead</option><option value="PARKED">parked</option></select></label>
    <label>Document <input name="document" value=${form.document || ''} onInput=${change('document')} placeholder="its _id" spellcheck="false" /></label>
    <label>From <input type="datetime-local" step="1" name="from" value=${local(form.from)} onInput=${event => set({ ...form, from: iso(event.target.value) })} /></label>
    <label>To <input type="datetime-local" step="1" name="to" value=${local(form.to)} onInput=${event => set({ ...form, to: iso(event.target.value) })} /></label>
    <label class="grow">Event <input name="match" value=${form.match || ''} onInput=${change('match')} placeholder="{ 'fullDocument.customer': 42 }" spellcheck="false" disabled=${refused}
      title=${refused ? 'Whether a filter matches tells of values, which are masked here: this needs OPERATE, and your access is READ.' : 'A filter on the event, as in match'} /></label>
    <button type="submit" name="search">Search</button>
    <button type="button" class="secondary outline" onClick=${() => go('letters')}>Clear</button>
  </form>`;
}

/** A replay under way: how far it is, how fast, and a button that ends it. */
function Job({ job, title, close, changed }) {
  const load = useLoad(`jobs/${segment(job)}`, {}, 500);
  const [began] = useState(Date.now());
  const state = load.data?.state;
  const over = state && state !== 'RUNNING';
  const [took, end] = useState(null);
  const opened = useFocused();
  useEffect(() => { if (over) { end(Date.now() - began); keepFocus(opened); changed(); } }, [over]);
  const seconds = Math.max((took ?? Date.now() - began) / 1000, 0.5);
  return html`<section class="job" aria-label="Replay" ref=${opened} tabindex="-1"><h2>${title}</h2>
    <${Loaded} load=${load} what="the replay">${data => html`
      <${Bar} done=${data.done} total=${data.total} label="letters replayed" />
      <p>${replayState(data)} ${number(data.done / seconds)} per second${data.failed ? html`, <strong>${number(data.failed)} failed again and are kept</strong>` : ', none failed'}${data.message ? `. ${data.message}` : ''}</p>
      <${Waits} waits=${data.waits} />
      ${state === 'DONE' && data.failed > 0 && data.done < data.total && html`<p class="hint">The others stay parked: they come after a letter of the same document that failed again.</p>`}
      <p class="actions">${over ? html`<button key="close" type="button" class="secondary outline" onClick=${close}>Close</button>`
        : html`<${CancelReplay} key="cancel" job=${job} />`}</p>`}<//>
  </section>`;
}

function Discard({ total, request, close, done }) {
  const [typed, type] = useState('');
  const [error, fail] = useState(null);
  const discard = async () => {
    fail(null);
    try { return await post('letters/discard', { ...request, confirm: typed }); } catch (failure) { fail(failure); throw failure; }
  };
  return html`<${Form}><p>${total === 1 ? 'This letter is' : `These ${number(total)} letters are`} removed for good: ${total === 1 ? 'its change' : 'their changes'} will not reach a handler any more.</p>
    <label>Type <strong>${total}</strong> to confirm <input name="confirm" inputmode="numeric" autocomplete="off" value=${typed} onInput=${event => { type(event.target.value.trim()); fail(null); }} /></label>
    <p class="hint" role="status">${typed && typed !== String(total) ? `“${typed}” is not the number of letters, ${total}: nothing is discarded.` : '\u00a0'}</p>
    <${Problem} error=${error} />
    <p class="actions"><${Act} name="discard-now" kind="danger" type="submit" label=${`Discard ${number(total)}`} busy="Discarding …" disabled=${typed !== String(total)}
        act=${async () => { const result = await discard(); done(); return result; }} done=${result => `${number(result.discarded)} letters discarded.`} />
      <button type="button" class="secondary outline" onClick=${close}>Keep ${total === 1 ? 'it' : 'them'}</button></p><//>`;
}

function Letter({ id, start, discard, close }) {
  const load = useLoad(`letters/${segment(id)}`, {}, 0);
  const opened = useFocused();
  const may = mayOperate();
  return html`<section class="letter" aria-label="Dead letter" ref=${opened} tabindex="-1"><${Loaded} load=${load} what="the letter">${data => html`
    <h2 class="name">${keyText(data.document)}</h2>
    <p class="facts"><${State} value=${data.state} /> <a href=${handlerLink(data.handler)}>${data.handler}</a> · ${data.operation} in ${data.collection} · <${When} at=${data.at} age /> · ${number(data.attempts)} ${data.attempts === 1 ? 'attempt' : 'attempts'}</p>
    <p class="actions">
      <${Act} name="replay-one" label="Replay this letter" busy="Replaying …" act=${() => start('This letter', { ids: [data.id] })} />
      <${Act} name="replay-document" label="Replay all of this document" busy="Replaying …" disabled=${json(data.document).includes('"<redacted>"')} act=${() => start(`Letters of ${keyText(data.document)}`, { handler: data.handler, document: json(data.document) })} />
      <button type="button" name="discard-one" class="danger outline" disabled=${!may} title=${may ? undefined : READ_ONLY} onClick=${() => discard({ total: 1, request: { ids: [data.id] } })}>Discard …</button>
      <button type="button" class="secondary outline" onClick=${close}>Close</button></p>
    <div class="columns">
      <div><h3>Event</h3><${Code} label="Event">${pretty(data.event)}<//></div>
      <div><h3>Exception</h3><p class="name"><code>${data.exception}</code> ${plain(data.message ?? '')}</p>${data.stack ? html`<${Code} label="Stack trace">${data.stack}<//>` : html`<${Empty}>No stack trace was kept.<//>`}</div>
    </div>`}<//>
    ${load.error && html`<p class="actions"><button type="button" class="secondary outline" onClick=${close}>Close</button></p>`}</section>`;
}

const Rows = ({ letters, chosen, choose }) => html`<div class="scroll"><table class="rows fixed letters">
  <colgroup><col class="c-time" /><col class="c-letter-handler wide" /><col /><col class="c-phase wide" /><col class="c-failure" /><col class="c-num wide" /></colgroup>
  <thead><tr><th scope="col">When</th><th scope="col" class="wide">Handler</th><th scope="col">Document</th><th scope="col" class="wide">State</th><th scope="col">Exception</th><th scope="col" class="num wide">Attempts</th></tr></thead>
  <tbody>${letters.map(letter => html`<tr key=${letter.id} class=${letter.id === chosen ? 'chosen' : ''}>
    <td><${When} at=${letter.at} /></td><td class="cut wide" title=${letter.handler}>${letter.handler}</td>
    <td class="cut"><button type="button" class="plain link" aria-expanded=${letter.id === chosen ? 'true' : 'false'} title=${json(letter.document)} onClick=${() => choose(letter.id)}>${keyText(letter.document)}</button>
      <span class="narrow">${letter.handler}${letter.state === 'PARKED' ? ', parked' : ''}</span></td>
    <td class="wide"><${State} value=${letter.state} /></td>
    <td class="cut" title=${`${letter.exception || ''} ${letter.message || ''}`}>${letter.exception ? `${letter.exception.replace(/^.*\./, '')}: ${plain(letter.message)}` : plain(letter.message || '–')}</td>
    <td class="num wide">${number(letter.attempts)}</td></tr>`)}</tbody></table></div>`;

function Many({ total, filter, start, discard }) {
  const known = total !== null;
  const count = known ? number(total) : '';
  const [rate, set] = useState('');
  const all = Object.keys(filter).length === 0;
  const may = mayOperate();
  return html`<div class="tools many">
    <label>At most per second <input type="number" min="1" name="rate" placeholder="no limit" value=${rate} onInput=${event => set(event.target.value)} /></label>
    <${Act} name="replay-all" label=${`Replay ${all ? 'all' : 'matching'} ${count}`} busy="Starting …" disabled=${total === 0}
      act=${() => start(all ? 'All letters' : 'Letters that match', { filter, ...(Number(rate) > 0 ? { ratePerSecond: Number(rate) } : {}) })} />
    <button type="button" name="discard-all" class="danger outline" disabled=${!total || !may} title=${!may ? READ_ONLY : known ? undefined : 'There are too many to count: narrow the search first'}
      onClick=${() => discard({ total, request: { filter } })}>Discard ${all ? 'all' : 'matching'} ${count} …</button>
  </div>`;
}

/** How many there are, or were found among those that were looked at. */
function Found({ data, first, filtered }) {
  const shown = `${number(first + 1)} to ${number(first + data.letters.length)} shown`;
  const those = data.total === 1 ? 'letter' : 'letters';
  if (data.lookedAt !== undefined && data.total === null) return html`${number(data.letters.length)} of the ${number(data.lookedAt)} letters that were looked at match${data.next ? '; there may be more' : ''}`;
  return html`${data.total === null ? 'More than can be counted soon:' : number(data.total)} ${those}${filtered ? data.total === 1 ? ' that matches' : ' that match' : ''}${data.total === null || data.total > 100 ? `, ${shown}` : ''}`;
}

export function Letters({ params }) {
  const filter = only(params, FILTERS);
  const key = JSON.stringify(filter);
  const { after, nr, letter: chosen } = params;
  const [job, setJob] = useState(null);
  const [asked, ask] = useState(null);
  const opener = useRef(null);
  const found = useRef(key);
  const first = useRef(0);
  const before = useRef({});
  const load = useLoad('letters', { ...filter, after, limit: 100 }, filter.match ? 0 : 5000);
  const top = usePageTop(after, !load.stale);
  if (load.data && !load.stale) {
    found.current = key;
    first.current = Number(nr) || 0;
  }
  const acted = useRef(false);
  useEffect(() => {
    if (acted.current) keepFocus(top);
    acted.current = false;
  }, [load.data]);
  // What another search has found is neither shown for this one nor replayed.
  const shown = found.current === key ? load : { ...load, data: null };
  // Page and letter stand in the address: a link of them can be given to others.
  const page = (cursor, number) => go('letters', { ...filter, after: cursor, nr: number });
  const next = () => { before.current[load.data.next] = { after, nr }; page(load.data.next, first.current + load.data.letters.length); };
  const back = () => { const to = before.current[after] || {}; page(to.after, to.nr); };
  const choose = (id, instead) => go('letters', { ...filter, after, nr, letter: id }, instead);
  const close = () => { choose(null); opener.current?.focus(); };
  const toggle = id => { opener.current = document.activeElement; choose(id === chosen ? null : id); };
  const start = async (title, request) => setJob({ title, job: (await post('letters/replay', request)).job });
  const changed = () => { acted.current = true; if (chosen) choose(null, true); load.reload(); };
  return html`<div><h1>Dead letters</h1>
    <${Filter} params=${params} />
    ${job && html`<${Job} key=${job.job} ...${job} close=${() => setJob(null)} changed=${changed} />`}
    <${Replays} except=${job?.job} />
    <${Loaded} load=${shown} what=${filter.match ? 'letters whose events match' : 'dead letters'}>${data => html`
      <p class="facts" role="status" ref=${top} tabindex="-1">${load.loading ? filter.match ? 'Looking at letters …' : 'Loading the page …' : html`<${Found} data=${data} first=${first.current} filtered=${Object.keys(filter).length > 0} />`}</p>
      ${data.total !== 0 && html`<${Many} total=${data.total} filter=${filter} start=${start} discard=${ask} />`}
      ${chosen && html`<${Letter} key=${chosen} id=${chosen} start=${start} discard=${ask} close=${close} />`}
      ${data.letters.length ? html`<${Rows} letters=${data.letters} chosen=${chosen} choose=${toggle} />`
        : html`<${Empty}>${data.next ? 'None so far: look further, or name the handler or a time, too.' : Object.keys(filter).length ? 'No letter fits the search.' : 'No dead letters: every change has reached its handlers, or is still tried.'}<//>`}
      ${(after || data.next) && html`<p class="pager">
        <button type="button" class="secondary outline" disabled=${!after} onClick=${back}>${!after || before.current[after] ? filter.match ? 'Back' : 'Previous 100' : 'First page'}</button>
        <button type="button" class="secondary outline" disabled=${!data.next} onClick=${next}>${filter.match ? 'Look further' : 'Next 100'}</button></p>`}`}<//>
    <${Dialog} open=${!!asked} title="Discard letters" close=${() => ask(null)}>
      ${asked && html`<${Discard} ...${asked} close=${() => ask(null)} done=${() => { ask(null); changed(); }} />`}<//></div>`;
}
