// The day without appointment and without waiting, as the screens in the hall tell it.

import { clockText } from './time.js'

/** Whether today's promise is still made: what is handed in after its hour counts as tomorrow's. The minute itself still
 * counts, as on the ticket. */
export function sameDayNow({ centre }, now) {
  return Boolean(centre.sameDay?.active) && !(centre.sameDay.until && clockText(now) > centre.sameDay.until)
}
