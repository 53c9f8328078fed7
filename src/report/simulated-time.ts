/** Simulated time, whole seconds: `0 s`, `59 s`, `4 min 10 s`, `2 h 05 min`, `3 d 04 h`. */
export function formatSimulatedTime(seconds: number): string {
  const rounded = Math.round(seconds)
  if (rounded < 60) return `${rounded} s`
  const minutes = Math.floor(rounded / 60)
  if (minutes < 60) return `${minutes} min ${two(rounded % 60)} s`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ${two(minutes % 60)} min`
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
