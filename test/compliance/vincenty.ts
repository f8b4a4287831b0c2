import type { LatLng } from "../../src/store/records.js";

const AXIS = 6_378_137;
const FLATTENING = 1 / 298.257223563;

/**
 * Length of the geodesic on the WGS-84 ellipsoid, metres, by Vincenty's inverse formula (Survey
 * Review 176, 1975). Shares nothing with the code under test. For points that are not antipodal.
 */
export function geodesicM(from: LatLng, to: LatLng): number {
  const radians = Math.PI / 180;
  const minor = AXIS * (1 - FLATTENING);
  const u1 = Math.atan((1 - FLATTENING) * Math.tan(from.latitude * radians));
  const u2 = Math.atan((1 - FLATTENING) * Math.tan(to.latitude * radians));
  const difference = (to.longitude - from.longitude) * radians;
  const [s1, c1, s2, c2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = difference;
  for (let round = 0; round < 100; round++) {
    const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
    const sinSigma = Math.hypot(c2 * sl, c1 * s2 - s1 * c2 * cl);
    if (sinSigma === 0) return 0;
    const cosSigma = s1 * s2 + c1 * c2 * cl;
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (c1 * c2 * sl) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    const middle = cos2Alpha === 0 ? 0 : cosSigma - (2 * s1 * s2) / cos2Alpha;
    const c = (FLATTENING / 16) * cos2Alpha * (4 + FLATTENING * (4 - 3 * cos2Alpha));
    const before = lambda;
    const inner = middle + c * cosSigma * (2 * middle * middle - 1);
    lambda = difference + (1 - c) * FLATTENING * sinAlpha * (sigma + c * sinSigma * inner);
    if (Math.abs(lambda - before) > 1e-13) continue;
    const uSquared = (cos2Alpha * (AXIS * AXIS - minor * minor)) / (minor * minor);
    const a =
      1 + (uSquared / 16384) * (4096 + uSquared * (-768 + uSquared * (320 - 175 * uSquared)));
    const b = (uSquared / 1024) * (256 + uSquared * (-128 + uSquared * (74 - 47 * uSquared)));
    const cubic = (b / 6) * middle * (4 * sinSigma * sinSigma - 3) * (4 * middle * middle - 3);
    const turn = b * sinSigma * (middle + (b / 4) * (cosSigma * (2 * middle * middle - 1) - cubic));
    return minor * a * (sigma - turn);
  }
  throw new Error("Vincenty's formula does not converge");
}
