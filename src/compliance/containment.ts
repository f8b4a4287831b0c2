// Every question that is asked of a geofence, behind one door.
export { circleInside, circleTouches } from "./circle.js";
export { boundaryDistanceM, isNear } from "./distance.js";
export { type Effort, fullEffort } from "./meetings.js";
export { geofenceInside, touches } from "./overlap.js";
export { contains, type PreparedGeofence, prepareGeofence } from "./prepared.js";
