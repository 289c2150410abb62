// What the board says, worked out from the state of the centre. No page here.

export const cardsPerBoard = 6

/** "?counters=7-12" → [7, 12]; anything else: null. */
export function counterRange(text) {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text ?? '') ?? []
  return from && Number(from) <= Number(to) ? [Number(from), Number(to)] : null
}

/** The counters of this board, and those that hang elsewhere (only told when nobody has chosen a range). */
export function chosenCounters(counters, range) {
  const sorted = [...counters].sort((a, b) => a.number - b.number)
  const inRange = range ? sorted.filter((c) => c.number >= range[0] && c.number <= range[1]) : sorted
  const here = inRange.slice(0, cardsPerBoard)
  return { here, elsewhere: range ? [] : inRange.slice(cardsPerBoard) }
}

/** What a counter does, on one line: its service, or the short names of several, as far as they fit. */
export function servicesLine(ids, services, longest = 24) {
  const known = ids.map((id) => services.find((service) => service.id === id)).filter(Boolean)
  if (known.length === 0) return ''
  if (known.length === 1) return known[0].boardName ?? known[0].name
  const names = known.map((service, index) => {
    const name = service.tinyName ?? service.boardName ?? service.name
    return index === 0 ? name : insideList(name)
  })
  let count = names.length
  const line = () => names.slice(0, count).join(', ') + (count < names.length ? ', …' : '')
  while (count > 1 && line().length > longest) count -= 1
  return line()
}

// "Đất đai, xây dựng"; but "VNeID" and other abbreviations keep their capitals.
function insideList(name) {
  const second = name.charAt(1)
  return second === second.toLocaleLowerCase('vi') ? name.charAt(0).toLocaleLowerCase('vi') + name.slice(1) : name
}

/**
 * Tickets that stay in sight until service begins, because the citizen cannot hear the call. The longest first.
 * Nothing on the board says why a call stays.
 */
export function standingCalls(counters) {
  return counters
    .filter((counter) => counter.ticket?.state === 'called' && counter.ticket.stays)
    .sort((a, b) => Date.parse(a.since ?? 0) - Date.parse(b.since ?? 0) || a.number - b.number)
    .map((counter) => ({ number: counter.ticket.number, counter: counter.number }))
}

/**
 * Three fixed places under the panel: recent calls from the left, newest first; standing calls from the right,
 * where they stay put while the recent ones move on.
 */
export function recentPlaces(recent, standing, places = 3) {
  const held = standing.slice(0, places).reverse().map((call) => ({ ...call, standing: true }))
  const numbers = new Set(standing.map((call) => call.number))
  const free = recent.filter((call) => !numbers.has(call.number)).slice(0, places - held.length)
  return [...free, ...Array(places - held.length - free.length).fill(null), ...held]
}

const shut = ['before', 'lunch', 'after', 'dayOff', 'clockUnsure']

const stillGoingOn = 5 * 60_000   // between finishing one citizen and calling the next

/** Is there anything to wait for? People are served into the lunch break and after closing. */
export function isWorking(state, lastCallAge) {
  if (!shut.includes(state.open?.state)) return true
  return lastCallAge < stillGoingOn || state.counters.some((counter) => counter.ticket)
}

/** The opening hours of a weekday (1 = Monday), as [["07:00", "11:30"], …]. */
export function spansOn(centre, weekday) {
  return centre.hours?.find((day) => day.weekday === weekday)?.spans ?? []
}
