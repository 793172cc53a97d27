import { useMemo, useState } from '../vendor/preact-htm.module.js';
import { get, post, segment, useLoad } from '../api.js';
import { Act, Bar, Code, Copy, duration, Empty, Form, html, link, Loaded, number, Problem, sentence, State, When } from '../ui.js';
import { Curve } from '../chart.js';

const path = (id, rest = '') => `handlers/${segment(id)}${rest}`;
const short = seconds => seconds >= 7200 ? `${number(seconds / 3600)} h` : seconds >= 120 ? `${number(seconds / 60)} min` : `${number(seconds)} s`;
const STEPS = [1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 21600, 86400, 864000];
const AGAIN = 'All matching changes since then come again, those included that were handled; what the handler does must bear repetition.';
const words = name => name.replace(/([A-Z])/g, ' $1').toLowerCase();

/** Whether what was measured is known to another instance alone. */
const elsewhere = data => data.phase === 'ELSEWHERE';
const THERE = 'The console of the instance that has it shows this.';

/** In sentences what keeps the handler, the nearest cause first. */
function causes(data) {
  const found = [];
  if (data.reason) found.push(data.reason);
  if (data.stopped) found.push(`${data.stopped.code ? `${data.stopped.code}: ` : ''}${data.stopped.message || data.stopped.type}`);
  if (data.phase === 'PAUSED') found.push('It receives nothing until it is resumed; its position is kept.');
  if (data.phase === 'ELSEWHERE') found.push(`${data.owner ? data.owner : 'Another instance'} works at it: its lag and its curves are in the console there; what you do here reaches it.`);
  if (data.snapshot && data.snapshot.state === 'RUNNING') found.push('It reads a snapshot; changes of documents that are read wait for it.');
  if (data.inFlight > 0 && (data.oldestUnsettledMs > 2000 || data.lagMs > 2000)) {
    found.push(`${number(data.inFlight)} ${data.inFlight === 1 ? 'change is' : 'changes are'} with it, the oldest for ${duration(data.oldestUnsettledMs)}: ${data.retried > 0 ? 'it tries again, or is slow.' : `it is slow, and handles ${number(data.ratePerSecond)} per second.`}`);
  }
  if (data.counts?.deadLettered > 0) {
    found.push(`${number(data.counts.deadLettered)} of its changes have become dead letters since the start${data.counts.parked ? `, and ${number(data.counts.parked)} are parked behind them` : ''}.`);
  }
  if (data.lastFailure && (data.retried > 0 || data.letters > 0)) {
    found.push(`Its last failure: ${data.lastFailure.type}: ${data.lastFailure.message}`);
  }
  return [...new Set(found)];
}

function Why({ data }) {
  const behind = data.lagMs > 2000;
  const list = causes(data);
  if (!behind && data.health === 'UP' && !list.length) return html`<p class="why good">It is well: ${data.lagMs === null ? 'its lag is not known yet' : 'it is current'}.</p>`;
  return html`<div class=${`why ${data.health === 'UP' ? 'calm' : 'bad'}`}><strong>${behind ? `It is ${duration(data.lagMs)} behind.` : data.phase === 'ELSEWHERE' ? 'It is in another instance.' : data.phase === 'PAUSED' ? 'It is paused.' : data.health === 'UP' ? 'It is current.' : 'It is not well.'}</strong>
    <ul>${list.map(cause => html`<li key=${cause}>${sentence(cause)}</li>`)}${!list.length && behind && html`<li>Nothing hinders it: it is working off what has come.</li>`}</ul></div>`;
}

function shownValue(name, value) {
  if (typeof value === 'number') return name.endsWith('Ms') ? duration(value) : number(value);
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? html`<${When} at=${value} />` : name === 'token' ? html`${value} <${Copy} text=${value} of="resume token" />` : sentence(value);
}

const Pairs = ({ of, empty }) => {
  const shown = Object.entries(of).filter(([, value]) => value !== null && value !== undefined && value !== '');
  if (!shown.length) return html`<${Empty}>${empty}<//>`;
  return html`<dl class="pairs">${shown.map(([name, value]) => html`<div key=${name}><dt>${words(name.replace(/Ms$/, ''))}</dt><dd>${shownValue(name, value)}</dd></div>`)}</dl>`;
};

function Curves({ history }) {
  const drawn = useMemo(() => {
    const points = history || [];
    const times = points.map(point => Date.parse(point.at) / 1000);
    return { times, rate: points.map(point => point.ratePerSecond), lag: points.map(point => point.lagMs === null ? null : point.lagMs / 1000), inFlight: points.map(point => point.inFlight) };
  }, [history?.length && history[history.length - 1].at]);
  return html`<section><h2>Last 15 minutes</h2><div class="curves">
    <${Curve} title="Settled per second" times=${drawn.times} values=${drawn.rate} format=${number} />
    <${Curve} title="Lag" times=${drawn.times} values=${drawn.lag} format=${value => duration(value * 1000)} axis=${short} steps=${STEPS} />
    <${Curve} title="In flight" times=${drawn.times} values=${drawn.inFlight} format=${number} />
  </div></section>`;
}

/** When the change was that a resume token of a server names, in the form of all that are in use. */
function tokenTime(token) {
  const seconds = /\b82([0-9A-F]{8})/i.exec(token)?.[1];
  return seconds && new Date(Number.parseInt(seconds, 16) * 1000).toISOString();
}

function Rewind({ id, reload }) {
  const [time, setTime] = useState('');
  const [token, setToken] = useState('');
  const [warning, warn] = useState(null);
  const [error, fail] = useState(null);
  const target = () => token.trim() ? { token: token.trim() } : { time: new Date(time).toISOString() };
  const changed = set => event => { set(event.target.value); warn(null); fail(null); };
  const ask = async () => {
    fail(null);
    const from = token.trim() ? tokenTime(token) : target().time;
    try { warn(from && (await get(path(id, '/rewind'), { time: from })).warning || AGAIN); } catch (failure) { fail(failure); }
  };
  return html`<details><summary>Rewind</summary>
    <p>Begins again at an earlier time or token: what came since then comes again.</p>
    <${Form} kind="tools">
      <label>Time (of this browser) <input type="datetime-local" name="rewind-time" step="1" value=${time} onInput=${changed(setTime)} disabled=${!!token} /></label>
      <label>or resume token <input name="rewind-token" value=${token} onInput=${changed(setToken)} spellcheck="false" /></label>
      <${Act} name="rewind-ask" operate=${false} label="What would come again?" busy="Asking …" disabled=${!time && !token.trim()} act=${ask} type="submit" />
    <//>
    <${Problem} error=${error} />
    ${warning && html`<p class="why bad">${warning}</p><${Act} name="rewind" kind="" label="Rewind" busy="Rewinding …" done=${`${id} is rewound.`}
      act=${async () => { await post(path(id, '/rewind'), target()); warn(null); reload(); }} />`}
  </details>`;
}

function Snapshot({ id, snapshot, elsewhere, reload }) {
  const [filters, set] = useState('');
  const act = rest => async () => { await post(path(id, `/snapshot${rest}`)); reload(); };
  const start = async () => {
    await post(path(id, '/snapshot'), { filters: filters.split('\n').map(line => line.trim()).filter(Boolean) });
    reload();
  };
  const going = snapshot && ['RUNNING', 'PAUSED'].includes(snapshot.state);
  return html`<details open=${going || undefined}><summary>Snapshot</summary>
    ${snapshot && html`<p><${State} value=${snapshot.state} /> ${snapshot.state === 'RUNNING' && snapshot.ratePerSecond > 0 && `${number(snapshot.ratePerSecond)} documents per second`}${snapshot.leftMs ? `, some ${duration(snapshot.leftMs)} left` : ''}</p>
      ${snapshot.trouble && html`<p class="problem">${snapshot.trouble}</p>`}
      <${Bar} done=${snapshot.done} total=${snapshot.estimated} label="documents" />`}
    ${going ? html`<p class="actions">
        ${snapshot.state === 'PAUSED' ? html`<${Act} key="resume" label="Resume snapshot" busy="Resuming …" act=${act('/resume')} done="The snapshot goes on." />`
          : html`<${Act} key="pause" label="Pause snapshot" busy="Pausing …" act=${act('/pause')} done="The snapshot is paused." />`}
        <${Act} label="Cancel snapshot" busy="Cancelling …" act=${act('/cancel')} done="The snapshot is cancelled." /></p>`
      : html`<p>Reads the documents that exist to this handler, beside its changes.</p>
        <label>Filters, one a line; empty for every document
          <textarea class="mono" rows="2" spellcheck="false" name="snapshot-filters" value=${filters} onInput=${event => set(event.target.value)} placeholder="{ status: 'open' }"></textarea></label>
        <p class="actions"><${Act} name="snapshot" label="Start snapshot" busy="Starting …" act=${start} done="The snapshot has begun." />
        ${elsewhere && html`<${Act} label="Pause snapshot" busy="Pausing …" act=${act('/pause')} done="The snapshot is paused." />
          <${Act} label="Resume snapshot" busy="Resuming …" act=${act('/resume')} done="The snapshot goes on." />
          <${Act} label="Cancel snapshot" busy="Cancelling …" act=${act('/cancel')} done="The snapshot is cancelled." />`}</p>
        ${elsewhere && html`<p class="hint">Another instance has the handler: how far a snapshot is, its console shows.</p>`}`}
  </details>`;
}

function Failure({ failure, none }) {
  if (!failure) return html`<${Empty}>${none}<//>`;
  return html`<p class="name"><code>${failure.type}</code> ${sentence(failure.message)}</p>
    ${failure.stack && html`<details><summary>Stack trace</summary><${Code} label="Stack trace">${failure.stack}<//></details>`}`;
}

function Facts({ data }) {
  return html`<div class="columns">
    <section><h2>Declaration</h2><${Pairs} of=${{ ...Object.fromEntries(data.declaration.map(({ key, value }) => [key, value])), source: data.source, stream: data.stream }} empty="It was not told." /></section>
    <section><h2>Since the start</h2><${Pairs} of=${elsewhere(data) ? {} : data.counts} empty=${elsewhere(data) ? THERE : 'Nothing has come.'} /></section>
    <section><h2>Position and lag</h2><${Pairs} of=${{ time: data.position?.time, token: data.position?.token, ...(data.lag || {}) }} empty=${elsewhere(data) ? THERE : 'It is not known yet.'} /></section>
    <section><h2>Last failure</h2><${Failure} failure=${data.lastFailure} none=${elsewhere(data) ? THERE : 'No attempt has failed since the start.'} /></section>
    ${data.stopped && html`<section><h2>What hinders it</h2><${Failure} failure=${data.stopped} /></section>`}
  </div>`;
}

export function Handler({ id }) {
  const load = useLoad(path(id), {}, 2000);
  const act = what => async () => { await post(path(id, `/${what}`)); await load.reload(); };
  // One button for both, as only one of them makes sense where it is known: it keeps the focus when it becomes the other.
  const pause = { name: 'pause', label: 'Pause', busy: 'Pausing …', act: act('pause'), done: `${id} is paused.`, title: 'Receives nothing until it is resumed; its position is kept' };
  const resume = { name: 'resume', label: 'Resume', busy: 'Resuming …', act: act('resume'), done: `${id} is resumed.` };
  return html`<div><p class="crumbs"><a href="#/handlers">Handlers</a></p><h1 class="name">${id}</h1>
    <${Loaded} load=${load} what="the handler">${data => html`
      <p class="facts"><${State} value=${data.phase} /> ${!elsewhere(data) && html`<${State} value=${data.health} />`} ${!elsewhere(data) && html`lag <b>${duration(data.lagMs)}</b> · <b>${number(data.ratePerSecond)}</b> per second · <b>${number(data.inFlight)}</b> in flight · `}<a href=${link('letters', { handler: id })}>${data.letters === null ? 'letters' : `${number(data.letters + data.parked)} letters`}</a>${data.owner ? ` · owner ${data.owner}` : ''}</p>
      <${Why} data=${data} />
      <p class="actions">
        <${Act} ...${data.phase === 'PAUSED' || data.phase === 'STOPPED' ? resume : pause} />
        ${elsewhere(data) && html`<${Act} ...${resume} />`}
      </p>
      <${Rewind} id=${id} reload=${load.reload} />
      <${Snapshot} id=${id} snapshot=${data.snapshot} elsewhere=${elsewhere(data)} reload=${load.reload} />
      ${!elsewhere(data) && html`<${Curves} history=${data.history} />`}
      <${Facts} data=${data} />`}<//></div>`;
}
