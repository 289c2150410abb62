// What happens at the centre, as it happens: the one connection of a screen to the daemon.

import { keepOpen } from './stream.js'
import { setZone } from './time.js'

const framed = ['desk', 'rating', 'supervisor', 'track']
const callsKept = 12
const patienceBeforeTelling = 2_000   // a restart of the daemon takes less; nobody needs to be alarmed by it
const clockMayDrift = 3_000
const restAfterHidden = 60_000
const idleBeforeReload = 20_000

// The server's clock, tied to the monotonic one: a corrected device clock must not make ours jump.
// `speed` is 1 but in a demonstration, whose day passes faster.
const clock = { server: Date.now(), local: performance.now(), speed: 1 }
// Date.now() − performance.now() when last synced: if it moved, the device slept and the monotonic clock stood still.
let wallOffset = Date.now() - performance.now()

/** The centre's time in milliseconds since 1970, the same on every screen. */
export function now() {
  return clock.server + (performance.now() - clock.local) * clock.speed
}

function syncClock(serverNow, speed = clock.speed) {
  const time = Date.parse(serverNow)
  if (Number.isNaN(time)) return
  Object.assign(clock, { server: time, local: performance.now(), speed })
  wallOffset = Date.now() - performance.now()
}

/** state + patch → new state. Lists are merged by id or number; an entry of a patch replaces the whole old entry. */
export function merge(state, patch) {
  const next = { ...state }
  for (const key of ['open', 'centre', 'printer']) if (patch[key] !== undefined) next[key] = patch[key]
  // With new settings come whole lists: a service or counter may be gone.
  if (patch.services) next.services = patch.centre ? patch.services : mergeBy('id', state.services, patch.services)
  if (patch.counters) next.counters = patch.centre ? patch.counters : mergeBy('number', state.counters, patch.counters)
  const newDay = patch.open?.day ?? patch.day
  if (newDay && newDay !== state.day) Object.assign(next, { day: newDay, calls: [] })
  if (patch.call) next.calls = [patch.call, ...(next.calls ?? []).filter((call) => call.id !== patch.call.id)].slice(0, callsKept)
  if (patch.uncall) next.calls = (next.calls ?? []).filter((call) => call.number !== patch.uncall.number)
  return next
}

function mergeBy(key, old = [], changed) {
  const news = new Map(changed.map((entry) => [entry[key], entry]))
  const kept = old.map((entry) => news.get(entry[key]) ?? entry)
  const known = new Set(old.map((entry) => entry[key]))
  return [...kept, ...changed.filter((entry) => !known.has(entry[key]))]
}

/**
 * connect({ audience: 'public' | 'kiosk', onSnapshot(state), onChange(patch, state), onLink({ up, since, problem }) })
 *   onScan({ kind, code }): the scanner of this máy lấy số read a slip
 * connect({ audience: 'desk' | 'rating' | 'supervisor' | 'track', counter, code, onFrame(frame), onLink })
 * keepAlive: true   stay connected while the tab is hidden (a board that speaks, a phone that shall ring)
 * screen: the name of a board that has no token of its own, for the start-of-day checklist
 * isIdle: () => …   may the page reload itself now? Asked when the daemon came back with a newer build.
 * Returns { state, now, heardAt, retry(), close() }.
 */
export function connect({ audience, counter, code, screen, onSnapshot, onChange, onFrame, onScan, onLink, keepAlive = false, isIdle = nobodyTouches }) {
  const query = new URLSearchParams({ audience })
  if (counter !== undefined && counter !== null) query.set('counter', counter)
  if (code) query.set('code', code)
  if (screen) query.set('screen', screen)
  const isFramed = framed.includes(audience)

  let state = null
  let build
  let stream = null
  let up = null            // what was last told; null: nothing yet
  let lostAt = null
  let telling = null

  function receive(message) {
    try {
      take(message)
    } catch (error) {
      // A mistake in a screen must show in the console and must not look like a lost network.
      reportError(error)
    }
  }

  function take({ event, data }) {
    const value = JSON.parse(data)
    if (event === 'scan') return onScan?.(value)
    if (event === 'hello') {
      syncClock(value.now, value.speed)
      setZone(value.utcOffsetMinutes)
      return noticeBuild(value.build)
    }
    if (value.now) syncClock(value.now)
    // A change happened at `at`, so it is at least as late as that; replayed changes are older and say nothing.
    else if (Date.parse(value.at) > now()) syncClock(value.at)
    noticeBuild(value.build)
    // A framed audience may begin with its first frame under the name "snapshot".
    if (event === 'snapshot' && !(isFramed && !value.calls)) {
      setZone(value.centre?.utcOffsetMinutes)
      if (!isFramed) state = value
      tell(true)
      onSnapshot?.(value)
    } else if (event === 'change' && !isFramed) {
      if (state === null) return stream.forget()   // a change without a snapshot before it: begin anew
      state = merge(state, value)
      setZone(state.centre?.utcOffsetMinutes)
      tell(true)
      onChange?.(value, state)
    } else if (isFramed && (event === audience || event === 'snapshot')) {
      state = value
      tell(true)
      onFrame?.(value)
    }
  }

  function changed(what, { problem, silent } = {}) {
    if (what === 'up') {
      const moved = Math.abs(Date.now() - performance.now() - wallOffset) > clockMayDrift
      if (moved && state !== null && !isFramed) {
        wallOffset = Date.now() - performance.now()
        stream.forget()   // only a snapshot tells the time
        return
      }
      // A resumed stream may have nothing to say for a while; it is up all the same.
      if (state !== null) tell(true)
      return
    }
    lostAt ??= now()
    if (problem || silent) tell(false, problem)
    else telling ??= setTimeout(() => tell(false), patienceBeforeTelling)
  }

  function tell(isUp, problem) {
    clearTimeout(telling)
    telling = null
    if (isUp) lostAt = null
    if (isUp === up && !problem) return
    up = isUp
    onLink?.({ up, since: isUp ? now() : lostAt ?? now(), problem })
  }

  function noticeBuild(value) {
    if (value === undefined) return
    if (build !== undefined && build !== value) reloadWhenIdle(isIdle)
    build ??= value
  }

  function open() {
    stream = keepOpen(`/api/v1/events?${query}`, { onMessage: receive, onState: changed, resumes: !isFramed })
    // A screen switched on while the daemon is down has to say so too.
    if (up !== true) telling ??= setTimeout(() => tell(false), patienceBeforeTelling)
  }

  function close() {
    clearTimeout(telling)
    telling = null
    stream?.close()
    stream = null
  }

  // A browser allows six connections to one host. Tabs that nobody looks at give theirs back.
  let resting = null
  const onVisibility = () => {
    clearTimeout(resting)
    if (document.hidden) {
      if (!keepAlive) resting = setTimeout(close, restAfterHidden)
    } else if (stream === null) open()
    else stream.retry()
  }
  const onOnline = () => stream?.retry()
  document.addEventListener('visibilitychange', onVisibility)
  window.addEventListener('online', onOnline)

  open()
  return {
    get state() { return state },
    now,
    /** When the daemon was last heard, in server time; ticks count. */
    get heardAt() { return typeof stream?.heard === 'number' ? now() - (performance.now() - stream.heard) * clock.speed : null },
    retry: onOnline,
    close() {
      document.removeEventListener('visibilitychange', onVisibility)
      window.removeEventListener('online', onOnline)
      clearTimeout(resting)
      close()
    },
  }
}

let lastTouch = 0
for (const name of ['pointerdown', 'keydown']) {
  globalThis.addEventListener?.(name, () => { lastTouch = performance.now() }, { capture: true, passive: true })
}

function nobodyTouches() {
  return performance.now() - lastTouch > idleBeforeReload
}

let reloading = false
function reloadWhenIdle(isIdle) {
  if (reloading) return
  reloading = true
  setInterval(() => { if (isIdle()) location.reload() }, 1000)
}
