// Quầy: one officer, one counter, one key each.

import { el, icon } from '/shared/dom.js'
import { get } from '/shared/api.js'
import { connect, now } from '/shared/live.js'
import { clockText } from '/shared/time.js'
import { languageSwitch, loadDeskWords } from '/shared/language.js'
import { t } from '/shared/words.js'
import { signInForm } from '/signin/officers.js'
import { buildActions, hindrance, keys, meaning } from './actions.js'
import { renderNext, renderOwn, tickNext, tickPromises } from './aside.js'
import { caseworkPanel, scanOf } from './casework.js'
import { chime } from './chime.js'
import { copiesMark, renderCurrent, tickCurrent } from './current.js'
import { listenToKeys } from './keys.js'
import { lastLine } from './last.js'
import { listsPanel } from './lists.js'
import { pausePanel } from './pause.js'
import { presser } from './press.js'
import { refill } from './refill.js'
import { transferPanel } from './transfer.js'

const number = Number(new URLSearchParams(location.search).get('n')) || 1
const region = (id) => document.getElementById(id)

await loadDeskWords('counter')
document.title = t('title', { counter: number })

const session = { officer: null, demo: false }
const view = {
  number, frame: null, up: true, since: null, known: false, signedIn: true, session, mode: null,
  hindrance: (action) => hindrance(action, view),
}
let panel = null        // what stands in the lower region
let panelName = null
let waitingBefore = null
let scanned = null      // the last slip a scanner of this counter read

const underWay = (is) => region('actions').setAttribute('aria-busy', String(is))
const press = presser({ number, onUnderWay: underWay, onBusy: (busy) => last.busy(busy), onAnswer: took, onRefusal: refused })
const last = lastLine(region('last'), () => onEscape(), (ticket) => press('call', { number: ticket }, `call ${ticket}`))
const updateActions = buildActions(region('actions'), onKey)
const casework = caseworkPanel({ number, onLists: () => setMode('lists'), onMode: () => render(), isShown: () => panelName === 'casework', onCopies: changeCopies, say: (text) => text && last.refuse(text) })

// ---- what the daemon says

function took(frame, control) {
  last.clear()
  if (!control.startsWith('mark')) setMode(null)
  if (frame) show(frame)
}

function changeCopies(by) {
  const current = view.frame?.current
  if (current) press('mark', copiesMark(current, by), `mark copies${by}${current.copies}`)
}

function show(frame) {
  // The answer of a press and the stream cross; the older of the two is history.
  if (view.frame && Date.parse(frame.now) < Date.parse(view.frame.now)) return
  const idle = frame.state === 'open' && !frame.current
  if (idle && waitingBefore === 0 && frame.waiting > 0) chime()
  waitingBefore = idle ? frame.waiting : null
  view.frame = frame
  view.known = true
  view.signedIn = true
  render()
  const scan = scanOf(frame.notice, scanned)
  if (scan) {
    scanned = scan.at
    if (frame.state !== 'open') return
    setMode(null)
    casework.scan(scan.scanned)
  }
}

function refused(problem, control = '') {
  if (problem.type === 'sign-in-required') view.signedIn = false
  render()
  // The field of F1 and the sign-in form say it themselves, beside what was typed.
  const saidBeside = (panelName === 'call' && control.startsWith('call ')) || (panelName === 'signin' && control === 'open')
  if (!saidBeside) last.refuse(problem.detail || problem.title)
  // Someone else was faster, so what stands here is old.
  if (problem.status) refresh()
}

async function refresh() {
  const answer = await get(`counters/${number}/desk`)
  if (answer.ok) show(answer.body)
}

function onLink({ up, since, problem }) {
  const unsigned = problem?.type === 'sign-in-required' || problem?.type === 'forbidden'
  view.up = up || unsigned
  view.since = since
  if (unsigned || problem) view.known = true
  if (unsigned) view.signedIn = false
  else if (problem?.status) last.refuse(problem.detail || problem.title)
  render()
}

// ---- drawing

function render() {
  const { frame, signedIn } = view
  const state = !signedIn || frame?.state === 'closed' ? 'signing' : frame?.state === 'paused' ? 'resting' : ''
  document.body.className = `counter ${state}`
  if (view.mode === 'transfer' && !frame?.current) view.mode = null
  if (view.mode && (!signedIn || frame?.state !== 'open')) view.mode = null
  renderBar()
  renderCurrent(region('current'), view, (change, control) => press('mark', change, `mark ${control}`))
  updateActions(view)
  renderLower()
  renderNext(region('next'), view)
  renderOwn(region('own'), view)
  // While something inside a panel is open, Esc closes that and undoes nothing.
  view.inside = panelName === 'casework' && casework.isWaiting()
  last.update(view)
}

function renderBar() {
  const { frame, signedIn } = view
  const state = !signedIn ? 'signIn' : frame?.state ?? 'connecting'
  const officer = signedIn ? frame?.officer : null
  const names = signedIn && frame ? (frame.services ?? []).map(serviceName).filter(Boolean).join(' · ') : ''
  refill(region('bar'), [number, state, officer, names, frame?.help, view.up], () => [
    el('h1', { class: 'qno' }, `${t('counterWord')} `, el('b', { text: number })),
    el('span', { class: 'svc cut', title: names, text: names }),
    el('span', { class: 'who cut' }, officer && [el('b', { text: officer.name }), officer.title ? ` · ${officer.title}` : null]),
    signedIn && frame?.help && el('button', { class: 'btn help', type: 'button', disabled: !view.up, dataset: { focus: 'help' }, onclick: () => press('help/answer', {}, 'help') }, icon('bell'), t('help.answer')),
    el('span', { class: `tag ${{ open: 'serving', paused: 'warning' }[state] ?? 'off'}` }, icon({ open: 'check', paused: 'pause', signIn: 'lock' }[state] ?? 'moon'), t(`bar.${state}`)),
    signedIn && el('a', { class: 'btn quiet', href: `/supervisor/home.html?counter=${number}`, target: 'home' }, t('home.open')),
    languageSwitch(),
    el('time', {}),
  ])
  tickBar()
}

function serviceName(service) {
  if (service?.name) return service.name
  const known = view.frame.transferTargets?.services?.find((each) => each.id === service)
  return known?.name ?? (view.frame.current?.service === service ? view.frame.current.serviceName : null)
}

function tickBar() {
  const time = region('bar').querySelector('time')
  const text = clockText(now())
  if (time && time.textContent !== text) time.textContent = text
}

function renderLower() {
  const { frame, signedIn } = view
  const wanted = !view.known ? 'lists' : !signedIn || frame?.state === 'closed' ? 'signin' : frame?.state === 'paused' ? 'pause' : view.mode ?? (frame?.current || casework.isWaiting() ? 'casework' : 'lists')
  if (wanted !== panelName) {
    panelName = wanted
    panel = makers[wanted]()
    region('lower').replaceChildren(...[panel.element].flat().filter(Boolean))
    region('lower').classList.toggle('is-form', !['lists', 'casework'].includes(wanted))
    if (view.mode || wanted === 'signin') panel.focus?.()
  }
  panel.update?.(view)
}

const onClose = () => setMode(null)
const makers = {
  lists: () => listsPanel({ withField: false, onPress: press, onClose: () => view.mode === 'lists' && onClose() }),
  casework: () => casework,
  call: () => listsPanel({ withField: true, onPress: press, onClose }),
  transfer: () => transferPanel({ onPress: press, onClose }),
  pause: () => pausePanel({ onPress: press, onClose }),
  signin: () => {
    const form = signInForm({ counter: number, submitWord: t('key.open'), submitKey: 'F12', pinNeeded: !session.demo, onSignedIn: signedIn, onMove: moveHere })
    const elsewhere = el('div')
    return {
      element: [el('h2', { text: t('closed.who') }), elsewhere, form.element],
      submit: form.submit,
      update: () => {
        const other = view.frame?.sameOfficerElsewhere
        refill(elsewhere, [other], () => other && el('p', { class: 'notice warning elsewhere' }, icon('warn'), el('span', { class: 'body', text: t('elsewhere', { counter: other }) }),
          el('button', { class: 'btn', type: 'button', onclick: moveHere }, t('signin.moveHere', { counter: other }))))
        if (session.officer && !form.element.dataset.chosen) {
          form.element.dataset.chosen = '1'
          form.reload().then(() => form.choose(session.officer.id))
        }
      },
    }
  },
}

// ---- signing in, opening

async function signedIn({ officer, pin, session: answer }) {
  if (answer?.officer) session.officer = answer.officer
  view.signedIn = true
  live.retry()
  const desk = await get(`counters/${number}/desk`)
  if (desk.ok) show(desk.body)
  // Somebody else's open counter is not taken over in passing: the daemon says what it thinks of it.
  if (desk.ok && desk.body.state === 'open' && desk.body.officer?.id === officer) return null
  wish = { officer, pin }
  const answered = await press('open', pin ? { officer, pin } : { officer }, 'open')
  return answered && !answered.ok ? answered.problem : null
}

let wish = null   // who wanted to open here, for "chuyển sang đây"

async function moveHere() {
  const officer = wish?.officer ?? session.officer?.id
  await press('open', { officer, ...(wish?.pin ? { pin: wish.pin } : {}), takeOver: true }, 'open-here')
}

// ---- keys

function setMode(mode) {
  if (view.mode === mode) return
  view.mode = mode
  if (view.known) render()
}

/** The same for the key, the small button and the large one; `control` tells them apart. */
function onKey(key, control = key) {
  const entry = keys.find((each) => each.key === key)
  const { action } = meaning(entry, view)
  if (panelName === 'signin' && key === 'F12') return panel.submit()
  const why = view.hindrance(action)
  if (why) return last.refuse(why)
  if (action === 'call') return setMode(view.mode === 'call' ? null : 'call')
  if (action === 'transfer') {
    if (view.mode !== 'transfer') return setMode('transfer')
    return panel.hasTarget() ? panel.transfer() : setMode(null)
  }
  if (action === 'pause') return view.mode === 'pause' ? panel.first() : setMode('pause')
  if (action === 'finish' && view.mode === 'transfer' && panel.hasTarget()) return panel.finish()
  press(action, {}, control)
}

function onEscape() {
  if (view.mode) return setMode(null)
  if (panelName === 'casework' && casework.escape()) return render()
  const why = view.hindrance('undo')
  if (why) return last.refuse(why)
  press('undo', {}, 'Esc')
}

listenToKeys({
  onKey,
  onEscape,
  onLetter: (letter) => view.mode === 'transfer' && panel.letter(letter),
  onDigit: (digit) => (view.mode === 'transfer' || view.mode === 'pause') && panel.digit(digit),
})

// ---- begin

render()
const live = connect({ audience: 'desk', counter: number, onFrame: show, onLink })
get('session').then((answer) => {
  if (!answer.ok) return
  session.officer = answer.body.officer ?? null
  session.demo = Boolean(answer.body.demo)
  if (panelName === 'signin') { panelName = null; render() }
})
setInterval(() => { tickBar(); tickCurrent(region('current')); tickNext(region('next')); tickPromises(region('own')); last.tick() }, 250)
