import { useLoad } from '../api.js';
import { UnderWay } from '../jobs.js';
import { duration, Empty, handlerLink, html, link, Loaded, number, sentence, State, useSteadyRows, When } from '../ui.js';

const Phases = ({ counts, to }) => {
  const found = Object.entries(counts || {}).filter(([, count]) => count > 0);
  return found.length
    ? html`<ul class="phases">${found.map(([phase, count]) => html`<li key=${phase}><a href=${to(phase)}><b>${number(count)}</b> <${State} value=${phase} /></a></li>`)}</ul>`
    : html`<p class="figure-note">none</p>`;
};

const Figure = ({ title, value, children, href }) => html`<article class="figure">
  <h2>${title}</h2>
  ${value !== undefined && html`<p class="figure-value">${href ? html`<a href=${href}>${value}</a>` : value}</p>`}
  ${children}
</article>`;

function Problems({ problems }) {
  if (!problems.length) return html`<${Empty}>Nothing hinders any stream or handler here.<//>`;
  const dated = problems.some(problem => problem.since);
  return html`<div class="scroll"><table class="rows fixed stacked">
    <colgroup><col class="c-about" /><col />${dated && html`<col class="c-time wide" />`}</colgroup>
    <thead><tr><th scope="col">About</th><th scope="col">What hinders it</th>${dated && html`<th scope="col" class="wide">Since</th>`}</tr></thead>
    <tbody>${problems.map(problem => html`<tr key=${problem.subject + problem.message}>
      <td class="name">${problem.handler ? html`<a href=${handlerLink(problem.subject)}>${problem.subject}</a>` : problem.subject}</td>
      <td class="name">${problem.code && html`<code>${problem.code}</code> `}${sentence(problem.message)}</td>
      ${dated && html`<td class="wide"><${When} at=${problem.since} /></td>`}</tr>`)}</tbody>
  </table></div>`;
}

function MostBehind({ elsewhere, quiet }) {
  const load = useLoad('handlers', { sort: '-lag', limit: 8 }, 3000);
  const [rows, steady] = useSteadyRows((load.data?.handlers || []).filter(row => row.phase !== 'ELSEWHERE'), row => row.id);
  return html`<section><h2>Most behind</h2>
    <${Loaded} load=${quiet ? { ...load, error: null } : load} what="handlers">${data => rows.length
      ? html`<div class="scroll"><table class="rows fixed" ...${steady}>
        <colgroup><col /><col class="c-lag" /><col class="c-num wide" /><col class="c-state" /></colgroup>
        <thead><tr><th scope="col">Handler</th><th scope="col" class="num">Lag</th><th scope="col" class="num wide">Per second</th><th scope="col">Health</th></tr></thead>
        <tbody>${rows.map(row => html`<tr key=${row.id}>
          <td class="name"><a href=${handlerLink(row.id)}>${row.id}</a></td>
          <td class="num">${duration(row.lagMs)}</td>
          <td class="num wide">${number(row.ratePerSecond)}</td>
          <td><${State} value=${row.health} /></td></tr>`)}</tbody></table></div>`
      : html`<${Empty}>${data.total ? 'No handler works here.' : 'No handler has been declared.'}<//>`}<//>
    ${elsewhere > 0 && html`<p class="hint">${number(elsewhere)} ${elsewhere === 1 ? 'handler is' : 'handlers are'} in <a href=${link('handlers', { phase: 'ELSEWHERE', sort: 'owner' })}>other instances</a>: how far behind these are, the consoles there show.</p>`}
    ${load.data?.total > 0 && html`<p class="more"><a href=${link('handlers', { sort: '-lag' })}>All handlers</a></p>`}</section>`;
}

export function Overview() {
  const load = useLoad('overview', {}, 2000);
  const elsewhere = load.data?.handlers.ELSEWHERE || 0;
  return html`<div><h1>Overview</h1>
    <${Loaded} load=${load} what="the overview">${data => {
      const behind = data.worstLag?.ms > 0 ? data.worstLag : null;
      const any = Object.keys(data.handlers).length > 0;
      return html`
      <div class="figures">
        <${Figure} title="Health"><p class="figure-value"><${State} value=${data.health} /></p>
          <p class="figure-note">started <${When} at=${data.startedAt} only /></p><//>
        <${Figure} title="Worst lag" value=${behind ? duration(behind.ms) : data.worstLag ? 'none' : '–'} href=${behind && handlerLink(behind.handler)}>
          <p class="figure-note name">${behind ? behind.handler : !any ? 'there is no handler' : !data.worstLag ? 'not known yet' : elsewhere ? 'every handler here is current' : 'every handler is current'}</p><//>
        <${Figure} title="Least oplog left" value=${data.leastOplogLeft ? duration(data.leastOplogLeft.ms) : '–'}>
          <p class="figure-note name">${data.leastOplogLeft ? data.leastOplogLeft.handler || data.leastOplogLeft.stream : 'not known'}</p><//>
        <${Figure} title="Dead letters" value=${number(data.letters)} href=${link('letters')}>
          <p class="figure-note" title="They are counted every ten seconds; the page of the letters counts at once.">${data.letters === null ? 'not counted yet' : data.parked ? `and ${number(data.parked)} parked behind them` : 'counted some 10 s ago'}</p><//>
        <${Figure} title="Handlers"><${Phases} counts=${data.handlers} to=${phase => link('handlers', { phase })} /><//>
        <${Figure} title="Streams"><${Phases} counts=${data.streams} to=${() => link('plan')} /><//>
        <${Figure} title="Members" value=${number(data.members)} href=${link('cluster')}><//>
      </div>
      <section><h2>Problems</h2><${Problems} problems=${data.problems || []} /></section>`;
    }}<//>
    <div hidden=${!load.data}><${UnderWay} /><${MostBehind} elsewhere=${elsewhere} quiet=${!!load.error} /></div></div>`;
}
