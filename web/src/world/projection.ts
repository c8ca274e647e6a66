// The Equal Earth projection (Šavrič, Patterson, Jenny 2018): areas are true, so that no country looks larger than it is.
import type { Point } from "./topology";

const [kA, kB, kC, kD] = [1.340264, -0.081106, 0.000893, 0.003796];
const kRoot = Math.sqrt(3);

export const kWidth = 1000; // of the picture
const kNorth = 84;
const kSouth = -57; // Antarctica has no figures

function raw([longitude, latitude]: Point): Point {
  const theta = Math.asin((kRoot / 2) * Math.sin((latitude * Math.PI) / 180));
  const square = theta * theta;
  const sixth = square * square * square;
  const x = ((2 * kRoot) / 3) * ((longitude * Math.PI) / 180) * (Math.cos(theta) / (kA + 3 * kB * square + sixth * (7 * kC + 9 * kD * square)));
  return [x, theta * (kA + kB * square + sixth * (kC + kD * square))];
}

const kScale = kWidth / (2 * raw([180, 0])[0]);
const kTop = raw([0, kNorth])[1];
export const kHeight = Math.ceil((kTop - raw([0, kSouth])[1]) * kScale);

// In the picture, from its left upper corner.
export function project(point: Point): Point {
  const [x, y] = raw(point);
  return [kWidth / 2 + x * kScale, (kTop - y) * kScale];
}
