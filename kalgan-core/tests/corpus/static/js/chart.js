export const draw = (points) => points.length;
