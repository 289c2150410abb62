// Máy lấy số: choose, say whether one has priority, take the number. One person at a time, nothing kept afterwards.

import { connect, now } from '/shared/live.js'
import { loadWords, setLanguage, language, t } from '/shared/words.js'
import { clockText, dateText } from '/shared/time.js'
import { el, icon } from '/shared/dom.js'
import { listenToTyping } from '/shared/typing.js'
import { fitToScreen, keepHandsOff } from './fit.js'
import { startIdle } from './idle.js'
import { startReader } from './reader.js'
import { pendingPress, press } from './press.js'
import { choiceScreen } from './choice.js'
import { priorityScreen } from './priority.js'
import { canType, foundScreen, lookUp, slipScreen } from './slip.js'
import { ticketScreen, paperState } from './ticket.js'
import { askingScreen, closedScreen, startingScreen } from './waiting.js'

const refusalShown = 10_000
const quickAnswer = 500

const root = document.getElementById('kiosk')
const regions = Object.fromEntries(['head', 'ask', 'stage', 'foot', 'timer', 'said'].map((id) => [id, document.getElementById(id)]))

let state = null          // the centre, from the daemon
let linkUp = null         // null until known
let person = freshPerson()
let shown = { key: null, screen: null, step: null }

/** Everything about the one who stands here now. */
function freshPerson() {
  return { service: null, hearing: false, low: false, listening: false, press: null, ticket: null, refusal: null, slip: null }
}

// ---------------------------------------------------------------------------------------------- what to show

function screenNow() {
  if (person.ticket) return ['ticket', ticketScreen]
  // The answer is usually there at once: then one picture follows the other without a third in between.
  if (person.press) return shown.step && performance.now() - person.press.begun < quickAnswer ? shown.step : ['asking', askingScreen]
  if (state === null) return ['starting', startingScreen]
  if (linkUp === false) return ['choice', choiceScreen]
  if (!state.open.takesTickets) return ['closed', closedScreen]
  if (person.slip) return person.slip.result ? ['found', foundScreen] : ['slip', slipScreen]
  if (person.service) return ['priority', priorityScreen]
  return ['choice', choiceScreen]
}

/** Draws the step; while the step stays the same only its figures change, so that no press falls between two drawings. */
function show() {
  const step = screenNow()
  const [name, screenOf] = step
  if (name === 'closed' || linkUp === false) person.service = person.slip = null
  const context = { state, person, linkUp, actions, name, now: now(), isWide: root.classList.contains('wide') }
  const key = [name, language(), person.low, person.listening, linkUp === false, context.isWide, screenOf.keyOf?.(context)].join('|')
  drawHead()
  root.classList.toggle('pressed', Boolean(person.press) && name !== 'asking')
  if (key === shown.key) {
    shown.screen.update?.(context)
    return
  }
  const stepChanged = !shown.key?.startsWith(`${name}|`)
  const screen = screenOf(context)
  root.dataset.step = name
  root.classList.toggle('low', person.low && name === 'choice')
  regions.ask.replaceChildren(...screen.ask ?? [])
  regions.stage.className = screen.stageClass ?? 'stage'
  regions.stage.replaceChildren(...screen.stage ?? [])
  regions.foot.replaceChildren(...screen.foot ?? [], hotline())
  shown = { key, screen, step }
  screen.update?.(context)
  if (regions.said.textContent !== (screen.title ?? '')) regions.said.textContent = screen.title ?? ''
  if (stepChanged) {
    idle.restart()
    reader.stepChanged(screen.speech ?? screen.title)
  }
}

function drawHead() {
  const lines = state?.centre.nameLines ?? []
  const text = [clockText(now()), dateText(now(), { year: false }), ...lines].join('|')
  if (regions.head.dataset.text === text) return
  regions.head.dataset.text = text
  regions.head.replaceChildren(
    icon('mark'),
    el('span', { class: 'centre', lang: 'vi' }, lines.flatMap((line) => [el('span', { text: line }), ' '])),
    state ? el('time', {}, el('b', { text: clockText(now()) }), dateText(now(), { year: false })) : null,
  )
}

function hotline() {
  const number = state?.centre.hotline
  return number ? el('span', { class: 'hot' }, t('needHelp'), el('br'), el('b', { text: number })) : ''
}

// ---------------------------------------------------------------------------------------------- what can be pressed

const actions = {
  choose(service) {
    if (person.press) return
    person.refusal = null
    // Who comes for a result has a slip: its code says whether the way to the desk is worth while.
    if (service.collects && !person.slip) { person.slip = { service, typed: '', result: null, busy: false }; return show() }
    person.slip = null
    person.service = service
    // Without groups there is nothing to ask; at the guidance desk somebody helps at once anyway.
    if (service.guidance || state.centre.priorityGroups.length === 0) actions.take(undefined)
    else show()
  },
  take(priority) {
    const service = person.service
    if (!service || person.press) return
    const needs = [...person.hearing ? ['hearing'] : [], ...service.collects ? ['collect'] : []]
    const body = { service: service.id, language: language() }
    if (priority) body.priority = priority
    if (needs.length > 0) body.needs = needs
    startPress({ body })
  },
  back() { person.service = null; person.slip = null; person.hearing = false; show() },
  slipKey(key) { if (person.slip && canType(person.slip.typed)) { person.slip.typed += key; show() } },
  slipErase() { if (person.slip) { person.slip.typed = person.slip.typed.slice(0, -1); show() } },
  slipLook() { if (person.slip?.typed) found(person.slip.typed) },
  slipAgain() { if (person.slip) { person.slip.result = null; show() } },
  slipNone() { if (person.slip) actions.choose(person.slip.service) },
  slipNumber(service) { person.slip ??= {}; actions.choose(service) },
  done() { backToStart() },
  giveUp() { person.press?.giveUp() },
  hearing() { person.hearing = !person.hearing; show() },
  low() { person.low = !person.low; show() },
  listen() {
    person.listening = !person.listening
    show()
    if (person.listening) reader.stepChanged(`${shown.screen.speech ?? shown.screen.title} ${t('say.how')}`)
    else reader.silence()
  },
  language() { setLanguage(language() === 'vi' ? 'en' : 'vi'); show() },
}

/** A slip was scanned or its code typed. Scanned from the first screen, it opens this step by itself. */
async function found(code) {
  if (person.press || person.ticket || !state?.open.takesTickets) return
  const service = state.centre.services.find((each) => each.collects) ?? null
  person.slip ??= { service, typed: '', result: null, busy: false }
  const mine = person.slip
  mine.typed = code
  mine.busy = true
  show()
  const result = await lookUp(code, state.day)
  if (person.slip !== mine) return   // the person went away meanwhile
  mine.busy = false
  mine.result = result
  person.service = null
  show()
}

/** What the scanner of this machine read, over the daemon or as a keyboard. */
function scanned({ kind, code }) {
  idle.restart()
  if (kind === 'slip') return found(code)
  // Whoever is looking at this step has to be told on it.
  if (person.slip) {
    person.slip.result = { kind: kind === 'card' ? 'card' : 'unreadable', code: '' }
    return show()
  }
  refuse({ title: t(kind === 'card' ? 'scan.card' : 'scan.unreadable'), detail: t('scan.how') })
  show()
}

function slipOf(text) {
  if (text.includes('|')) return { kind: 'card' }
  const address = text.includes('://') ? new URLSearchParams(text.split('?')[1] ?? '') : null
  const named = address && [...address].find(([name]) => /^(ma|code|id|so).*/i.test(name))?.[1]
  return { kind: 'slip', code: named ?? text.split('#')[0].split('/').filter(Boolean).at(-1) ?? text }
}

function startPress(pending) {
  person.press = press(pending, {
    onSlow() { person.press.slow = true; show() },
    onEnd(answer) {
      person.press = null
      person.service = null
      if (answer.ok) person.ticket = { ...answer.body, takenAt: now() }
      else refuse(answer.problem)
      show()
    },
  })
  show()
  setTimeout(show, quickAnswer)
}

function refuse(problem) {
  const words = problem.type === 'no-answer' ? { title: t('notTaken'), detail: t('askGuidance') } : problem
  person.refusal = words
  setTimeout(() => { if (person.refusal === words) { person.refusal = null; show() } }, refusalShown)
}

function backToStart() {
  person = freshPerson()
  reader.silence()
  setLanguage('vi')
  show()
}

// ---------------------------------------------------------------------------------------------- time

function secondsAllowed() {
  if (person.ticket) return paperState(state, person.ticket, now()) === 'coming' ? (person.listening ? 30 : 15) : 60
  if (person.press) return null
  if (person.slip) return person.slip.result ? 30 : 60   // typing a code takes its time
  const somethingBegun = person.service || person.low || person.listening || language() !== 'vi'
  return somethingBegun ? (person.listening ? 60 : 30) : null
}

const idle = startIdle({
  secondsAllowed,
  onExpire: backToStart,
  onTick({ fraction, secondsLeft }) {
    const visible = fraction !== null && ['priority', 'ticket', 'slip', 'found'].includes(root.dataset.step)
    regions.timer.style.setProperty('visibility', visible ? 'visible' : 'hidden')
    if (visible) regions.timer.firstElementChild.style.setProperty('transform', `scaleX(${fraction})`)
    shown.screen?.tick?.(secondsLeft)
  },
})

const reader = startReader(root, {
  isOn: () => person.listening,
  onSilent() { person.refusal = { title: t('noVoice'), detail: t('askGuidance') }; person.listening = false; show() },
})

// ---------------------------------------------------------------------------------------------- begin

await loadWords('kiosk')
fitToScreen(root, show)
keepHandsOff()
show()
setInterval(show, 1000)

listenToTyping({ isOn: () => true, onScan: (text) => scanned(slipOf(text)), onDigit() {}, onText() {} })

// Pressed before a reload and never answered: ask again with the same key, it gives the same number.
const pending = pendingPress()
if (pending) startPress(pending)

connect({
  audience: 'kiosk',
  onSnapshot(snapshot) { state = snapshot; show() },
  onChange(_, merged) { state = merged; show() },
  onLink({ up }) { linkUp = up; show() },
  onScan: scanned,
  isIdle: () => !person.press && !person.slip && !person.ticket && !person.service && idle.untouchedSeconds() > 10,
})
