// Where the seats of a half circle stand, as in a parliament: rows of equal distance, filled from one end to the other.
export interface Seat {
  x: number;
  y: number;
  angle: number; // from 0, the right end, to pi
}

export interface Hall {
  seats: Seat[]; // from the left end to the right
  radius: number; // of a seat
}

const kOneRow = 12;

// In a picture two wide and one high, its centre line at the lower edge.
export function hall(count: number): Hall {
  if (count <= 0) return { seats: [], radius: 0 };
  if (count <= kOneRow) {
    const [ring, apart] = [0.88, Math.PI / count];
    const seats = Array.from({ length: count }, (_, i) => {
      const angle = Math.PI - apart * (i + 0.5);
      return { x: 1 + ring * Math.cos(angle), y: 1 - ring * Math.sin(angle), angle };
    });
    return { seats, radius: Math.min(0.09, (0.42 * Math.PI * ring) / count) };
  }
  let rows = 1;
  // As many rows as hold all where seats of a row stand as far apart as the rows do.
  const room = (n: number) => {
    const [inner, step] = [0.4, 0.6 / n];
    let sum = 0;
    for (let row = 0; row < n; ++row) sum += Math.max(1, Math.floor((Math.PI * (inner + step * (row + 0.5))) / step) + 1);
    return sum;
  };
  while (room(rows) < count) ++rows;
  const [inner, step] = [0.4, 0.6 / rows];
  const radii = Array.from({ length: rows }, (_, row) => inner + step * (row + 0.5));
  const whole = radii.reduce((sum, radius) => sum + radius, 0);
  const sizes = radii.map((radius) => Math.floor((count * radius) / whole));
  for (let row = rows - 1, left = count - sizes.reduce((sum, n) => sum + n, 0); left > 0; row = (row + rows - 1) % rows, --left) ++(sizes[row] as number);
  const seats = radii.flatMap((radius, row) => {
    const size = sizes[row] as number;
    const margin = Math.asin(Math.min(1, (0.42 * step) / radius)); // so that no seat hangs over the edge
    return Array.from({ length: size }, (_, i) => {
      const angle = size === 1 ? Math.PI / 2 : Math.PI - margin - (i * (Math.PI - 2 * margin)) / (size - 1);
      return { x: 1 + radius * Math.cos(angle), y: 1 - radius * Math.sin(angle), angle };
    });
  });
  seats.sort((a, b) => b.angle - a.angle || b.y - a.y);
  return { seats, radius: Math.min(0.42 * step, 0.09) };
}
