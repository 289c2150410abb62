// Bảng gọi số: which number goes where, readable from five metres, and said aloud when this board has the voice.

import { connect, now } from '/shared/live.js'
import { clockText, dateText } from '/shared/time.js'
import { loadWords, t } from '/shared/words.js'
import { CallQueue } from './callqueue.js'
import { CounterCards, Waits } from './cards.js'
import { fitTo } from './fit.js'
import { Footer, footerSays } from './footer.js'
import { CallPanel, RecentCalls } from './panel.js'
import { chosenCounters, counterRange, isWorking, recentPlaces, standingCalls } from './view.js'
import { Voice } from './voice.js'

const look = 200            // milliseconds between two looks at the queue
const freshEnoughToSpeak = 30_000

const query = new URLSearchParams(location.search)
const name = query.get('name') || 'main'
const range = counterRange(query.get('counters'))
const byId = (id) => document.getElementById(id)

await loadWords('board')
document.title = t('title')
fitTo(1920, 1080)

const panel = new CallPanel(byId('call'))
const recent = new RecentCalls(byId('recent'))
const cards = new CounterCards(byId('counters'))
const waits = new Waits(byId('waits'))
const footer = new Footer(byId('footer'))
const unlock = byId('unlock')
byId('recent-label').textContent = t('recent')
byId('waits-label').textContent = t('waits')
unlock.querySelector('span').textContent = t('unlock')

const queue = new CallQueue({ shown: shownBefore() })
const voice = new Voice(byId('voice'), {
  onEnd: () => step(),
  onBlocked: (blocked) => { unlock.hidden = !blocked },
})
let state = null
let link = { up: true, since: null }

const times = () => ({ now: now(), tick: performance.now() })

connect({
  screen: name,
  audience: 'public',
  keepAlive: true,
  isIdle: () => !queue.isBusy && !voice.speaking && !queue.isHot(performance.now()),
  onSnapshot(snapshot) {
    takeIn(snapshot)
    queue.receiveAll(snapshot.calls ?? [], times())
    if (queue.call === null) voice.stop()
    if (speaksHere()) probeOnce()
    step()
  },
  onChange(patch, merged) {
    takeIn(merged)
    if (patch.uncall && queue.uncall(patch.uncall.number, times())) voice.stop()
    if (patch.call) queue.receive(patch.call, times())
    step()
  },
  onLink(told) {
    link = told
    show()
  },
})

function takeIn(newState) {
  state = newState
  queue.minMilliseconds = (state.centre.board?.minSecondsPerCall ?? 6) * 1000
  queue.atCounters(state.counters.map((counter) => counter.ticket).filter(Boolean))
}

function step() {
  const tick = performance.now()
  const call = queue.next({ tick, speaking: voice.speaking })
  if (call) {
    keepShown(queue.shown)
    if (call.voice && speaksHere()) voice.speak(call.voice)
  }
  show()
  if (call) panel.flash()
}

function show() {
  const time = now()
  showClock(time)
  footer.show(footerSays({ state, link, elsewhere: state ? chosenCounters(state.counters, range).elsewhere : [], boardSpeaks: speaksHere(), time }))
  document.body.classList.toggle('unknown', !state)
  if (!state) {
    panel.showConnecting()
    return
  }
  const { centre } = state
  const title = byId('centre')
  if (title.textContent !== centre.name) {
    title.textContent = centre.name
    title.classList.toggle('long', centre.name.length > 54)
  }
  const standing = standingCalls(state.counters)
  showPanel(time, standing)
  const elsewhere = new Set([queue.call?.number, ...queue.waiting.map((call) => call.number)])
  recent.show(recentPlaces(queue.recentCalls(time), standing.filter((call) => !elsewhere.has(call.number))))
  cards.show(chosenCounters(state.counters, range).here, centre.services)
  waits.show(centre.services, state.services)
}

function showPanel(time, standing) {
  const call = queue.panelCall(time)
  const tick = performance.now()
  const hot = queue.isHot(tick)
  const working = isWorking(state, call ? time - Date.parse(call.at) : Infinity)
  if (!hot && !queue.isBusy && !voice.speaking && !working) panel.showClosed(state.open, state.centre, time)
  else if (call) panel.showCall(call, { hot: hot || standing.some((other) => other.number === call.number) })
  else panel.showEmpty()
}

function showClock(time) {
  const hour = clockText(time)
  if (byId('hour').textContent === hour) return
  byId('hour').textContent = hour
  byId('date').textContent = dateText(time)
  byId('clock').dateTime = new Date(time).toISOString()
}

// Voice -------------------------------------------------------------------------------------------

function speaksHere() {
  const board = state?.centre.board
  return board?.voice === 'board' && board.voiceBoard === name
}

let probed = false
function probeOnce() {
  if (!probed) voice.probe()
  probed = true
}

function unlockVoice() {
  if (!voice.blocked) return
  voice.setBlocked(false)
  const { call } = queue
  if (call?.voice && queue.isHot(performance.now()) && now() - Date.parse(call.at) < freshEnoughToSpeak) voice.speak(call.voice)
}
addEventListener('pointerdown', unlockVoice)
addEventListener('keydown', unlockVoice)

// What has been shown outlives a restart of the browser, so that no call is repeated by it. Ids of calls, nothing else.

function shownBefore() {
  try {
    return JSON.parse(localStorage.getItem(`board.${name}.shown`)) ?? []
  } catch {
    return []
  }
}

function keepShown(ids) {
  try {
    localStorage.setItem(`board.${name}.shown`, JSON.stringify(ids))
  } catch { /* a full or forbidden store: a restart might repeat the last call, no more */ }
}

document.body.hidden = false
show()
setInterval(step, look)
