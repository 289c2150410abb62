// Whom am I serving: the biggest thing on this screen, and the clock beside it.

import { el, icon } from '/shared/dom.js'
import { nameParts } from '/shared/names.js'
import { clockText, durationText, stopwatch } from '/shared/time.js'
import { t } from '/shared/words.js'
import { now } from '/shared/live.js'
import { pauseReason } from '/shared/reasons.js'
import { waitedText } from './aside.js'
import { refill } from './refill.js'

const tickAt = 0.6   // where the usual time stands on the track
const needs = ['hearing', 'collect']

/** view: { frame, up, signedIn, session }. onMark({ needs, copies }) */
export function renderCurrent(region, view, onMark) {
  const { frame, signedIn } = view
  const kind = !signedIn || !frame || frame.state === 'closed' ? 'closed' : frame.state === 'paused' ? 'paused' : frame.current ? frame.current.state : 'idle'
  region.className = `panel cur ${kind}`
  const facts = [kind, frame?.transferTargets?.counters?.map((each) => each.open), view.number, view.known, signedIn, frame?.current, frame?.pausedSince, frame?.pauseReason, kind === 'idle' ? [frame.waiting, frame.next?.[0]?.number, frame.next?.[0]?.waitedSeconds, frame.last?.at, frame.since] : null, view.up]
  refill(region, facts, () => {
    if (kind === 'closed') return closed(view)
    if (kind === 'paused') return paused(frame)
    if (kind === 'idle') return idle(frame)
    return ticket(frame, onMark, view.up)
  })
  tickCurrent(region)
}

/** Once a second: the running time and its bar. */
export function tickCurrent(region) {
  const clock = region.querySelector('[data-since]')
  if (!clock) return
  const seconds = (now() - Date.parse(clock.dataset.since)) / 1000
  clock.textContent = stopwatch(seconds).padStart(5, '0')
  const track = region.querySelector('.track')
  if (!track) return
  const usual = Number(track.dataset.usual)
  track.classList.toggle('over', seconds > usual)
  track.firstChild.style.setProperty('width', `${Math.min(100, (100 * tickAt * seconds) / usual)}%`)
}

function tag(kind, iconName, word, meaning) {
  return el('span', { class: `tag ${kind}`, title: meaning }, iconName && icon(iconName), meaning && el('span', { class: 'vh', text: `${meaning}: ` }), el('span', { class: 'cut', text: word }))
}

function clockBlock(label, since, ...rest) {
  return el('div', { class: 'clock' }, el('p', { class: 'muted', text: label }), el('div', { class: 'num', role: 'timer', dataset: { since } }), rest)
}

function closed(view) {
  const text = !view.known ? ['connecting', 'connecting.more'] : view.signedIn ? ['closed', 'closed.more'] : ['closed.signIn', 'closed.signIn.more']
  return [
    el('div', { class: 'left' }, el('p', { class: 'lab' }, view.known && tag('off', view.signedIn ? 'moon' : 'lock', t(view.signedIn ? 'state.closed' : 'state.signIn'))),
      el('h2', { text: t(text[0], { counter: view.number }) }), el('p', { class: 'what', text: t(text[1]) })),
  ]
}

function paused(frame) {
  const own = new Set((frame.services ?? []).map((each) => each.id ?? each))
  const others = (frame.transferTargets?.counters ?? []).filter((each) => each.open && each.services?.some((id) => own.has(id)))
  const covering = others.length ? t('paused.covered', { counters: others.map((each) => each.number).join(', ') }) : null
  return [
    el('div', { class: 'left' }, el('p', { class: 'lab' }, tag('warning', 'pause', t('state.paused'))),
      el('h2', { text: t('paused', { counter: frame.number }) }),
      el('p', { class: 'what', text: t('paused.more', { reason: pauseReason(frame.pauseReason), time: clockText(frame.pausedSince) }) })),
    clockBlock(t('paused.since'), frame.pausedSince, covering && el('p', { class: 'muted', text: covering })),
  ]
}

function idle(frame) {
  const first = frame.next?.[0]
  return [
    el('div', { class: 'left' }, el('p', { class: 'lab' }, tag('waiting', 'check', t('state.ready'))),
      el('h2', { text: frame.waiting > 0 ? t('idle.waiting', { n: frame.waiting }) : t('idle.nobody') }),
      el('p', { class: 'what', text: first ? t('idle.first', { number: first.number, time: waitedText(first.waitedSeconds) }) : t('idle.nobody.more') })),
    freeSince(frame) && clockBlock(t('idle.since', { time: clockText(freeSince(frame)) }), freeSince(frame)),
  ]
}

// Free since the last action or since the counter was opened, whichever came later.
function freeSince({ last, since }) {
  return [last?.at, since].filter(Boolean).sort().at(-1)
}

function ticket(frame, onMark, up) {
  const current = frame.current
  const serving = current.state === 'serving'
  return [
    el('div', { class: 'left' },
      el('p', { class: 'lab' },
        serving ? tag('serving', 'play', t('state.serving')) : tag('called', 'recall', t('state.called')),
        current.priority && tag('priority', 'star', current.priority.name, t('priority.short')),
        current.sameDay && tag('sameday', 'seal', t('sameDay')),
        current.emergency && tag('warning', 'warn', t('emergency')),
        current.language && current.language !== 'vi' && tag('off', 'globe', t(`language.${current.language}`))),
      el('div', { class: 'numrow' }, el('div', { class: `num${current.number.length > 4 ? ' long' : ''}`, text: current.number }), marks(current, onMark, up)),
      el('p', { class: 'what' }, nameParts(current.serviceName), current.note && el('span', { class: 'muted', text: ` · ${current.note}` }))),
    serving
      ? clockBlock(t('served.for'), current.startedAt,
        el('div', { class: 'track', dataset: { usual: current.usualSeconds || 360 } }, el('i'), el('s')),
        el('p', { class: 'muted', text: t('usual', { time: durationText(current.usualSeconds), waited: waitedText(current.waitedSeconds) }) }),
        steps(current))
      : clockBlock(t('called.for'), current.calledAt,
        el('p', { text: current.recalls > 0 ? t('called.times', { n: current.recalls + 1 }) : t('called.once', { time: clockText(current.calledAt) }) }),
        el('p', { class: 'muted', text: t('waited', { waited: waitedText(current.waitedSeconds), time: clockText(current.issuedAt) }) }),
        steps(current)),
  ]
}

// The steps of a visit are services; with only one there is nothing to tell beside the call.
function steps(current) {
  const all = current.steps ?? []
  return el('ol', { class: 'steps' },
    el('li', { class: 'past cut' }, icon('check'), t('step.called', { time: clockText(current.calledAt) })),
    all.length > 1
      ? all.map((step) => el('li', { class: `cut ${{ done: 'past', now: 'on' }[step.state] ?? ''}`, title: step.name, 'aria-current': step.state === 'now' ? 'step' : null }, step.state === 'done' && icon('check'), step.name))
      : el('li', { class: `cut ${current.state === 'serving' ? 'on' : ''}`, text: current.state === 'serving' ? t('step.started', { time: clockText(current.startedAt) }) : t('step.start') }))
}

/** What is sent for so many more or fewer of the same. */
export function copiesMark(current, by) {
  return { needs: current.needs ?? [], copies: Math.min(99, Math.max(1, (current.copies || 1) + by)) }
}

function marks(current, onMark, up) {
  const has = new Set(current.needs ?? [])
  const toggle = (need) => {
    const after = needs.filter((each) => (each === need ? !has.has(each) : has.has(each)))
    onMark({ needs: after }, need)
  }
  const copies = current.copies || 1
  const change = (by) => onMark(copiesMark(current, by), `copies${by}${copies}`)
  return el('div', { class: 'marks', role: 'group', 'aria-label': t('marks') },
    needs.map((need) => el('button', { class: 'btn', type: 'button', 'aria-pressed': String(has.has(need)), disabled: !up, dataset: { focus: need }, onclick: () => toggle(need) }, icon('check'), t(`need.${need}`))),
    el('div', { class: 'copies' }, el('span', { text: t('copies') }),
      el('button', { class: 'btn', type: 'button', 'aria-label': t('copies.less'), title: t('copies.less'), disabled: !up || copies <= 1, dataset: { focus: 'less' }, onclick: () => change(-1), text: '−' }),
      el('output', { text: `×${copies}` }),
      el('button', { class: 'btn', type: 'button', 'aria-label': t('copies.more'), title: t('copies.more'), disabled: !up, dataset: { focus: 'more' }, onclick: () => change(1), text: '+' })))
}
