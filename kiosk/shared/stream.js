// One endless answer of GET /api/v1/events, kept open whatever happens to the cable.
//
// Read with fetch and not with EventSource: EventSource hides the ": tick" lines, so a cable pulled without a goodbye
// would look like a quiet day, and it hides the status of a refusal, so "sign in first" would look like a lost network.

import { problemOf } from './api.js'

const silenceAllowed = 12_000   // the daemon ticks every 5 s
const firstPause = 500
const longestPause = 5_000
const pauseAfterRefusal = 15_000
const livedLongEnough = 5_000   // before this, an open stream counts as another failed try

/** Splits the bytes of an event stream into messages { event, data, id }. */
export function messageReader(onMessage) {
  let rest = ''
  let event = ''
  let data = []
  let id
  return (text) => {
    const lines = (rest + text).split(/\r\n|\n/)
    rest = lines.pop()
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) onMessage({ event: event || 'message', data: data.join('\n'), id })
        event = ''
        data = []
      } else if (!line.startsWith(':')) {
        const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line)
        if (field === 'event') event = value
        else if (field === 'data') data.push(value)
        else if (field === 'id') id = value
      }
    }
  }
}

/**
 * Keeps `url` open until close(). Calls onMessage({event, data}) and, when the line changes, onState:
 * 'up' with the first bytes, 'down' ({ problem? }) when they end, { silent: true } when the watchdog cut it.
 */
export function keepOpen(url, { onMessage, onState, resumes }) {
  let lastID
  let closed = false
  let failures = 0
  let wasSilent = false    // then headers alone prove nothing: a daemon that hangs sends them and no more
  let attempt = null       // AbortController of the running request
  let lastByte = 0         // of the running request; `heard` is of any
  let heard = null
  let endPause = () => {}

  async function listen() {
    const controller = new AbortController()
    attempt = controller
    lastByte = performance.now()
    const openedAt = performance.now()
    const watchdog = setInterval(() => {
      if (performance.now() - lastByte > silenceAllowed) controller.abort('silent')
    }, 1000)
    try {
      const headers = { Accept: 'text/event-stream' }
      if (resumes && lastID) headers['Last-Event-ID'] = lastID
      const response = await fetch(url, { headers, cache: 'no-store', signal: controller.signal })
      if (!response.ok) return { problem: await problemOf(response) }
      if (!wasSilent) onState('up')
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      const read = messageReader((message) => {
        if (message.id !== undefined) lastID = message.id
        onMessage(message)
      })
      for (;;) {
        const { value, done } = await reader.read()
        if (done) return {}
        lastByte = heard = performance.now()
        if (wasSilent) onState('up')
        wasSilent = false
        if (lastByte - openedAt > livedLongEnough) failures = 0
        read(value)
      }
    } catch {
      wasSilent = controller.signal.reason === 'silent'
      return { silent: wasSilent }
    } finally {
      clearInterval(watchdog)
      attempt = null
    }
  }

  async function run() {
    while (!closed) {
      const end = await listen()
      if (closed) return
      onState('down', end)
      // Some jitter, so that fifteen screens do not all knock in the same instant after a restart.
      const growing = Math.min(longestPause, firstPause * 2 ** failures) * (0.75 + Math.random() / 2)
      failures += 1
      const refused = end.problem?.status >= 400 && end.problem.status < 500
      await pause(refused ? pauseAfterRefusal : growing)
    }
  }

  function pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      endPause = () => { clearTimeout(timer); resolve() }
    })
  }

  run()
  return {
    close() { closed = true; attempt?.abort('closed'); endPause() },
    /** performance.now() of the last byte, or null. */
    get heard() { return heard },
    /** Do not wait for the next try. */
    retry() { failures = 0; endPause() },
    /** Throw away what was received; the next try begins with a snapshot. */
    forget() { lastID = undefined; attempt?.abort('forget') },
  }
}
